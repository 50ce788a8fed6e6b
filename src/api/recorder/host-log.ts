/** Where a walk's recording says what happened. */
export interface HostLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

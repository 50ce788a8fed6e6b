/** As its label or its USB port says it. */
const CODE = /^gaitkeeper-sensor:[0-9A-Za-z-]{1,32}:[0-9a-fA-F]{32}$/;

export const isSensorCode = (text: string): boolean => CODE.test(text);

/** A sensor's code that was photographed, or why there is none. */
export type PhotoCode =
  | { readonly code: string; readonly trouble: null }
  | { readonly code: null; readonly trouble: 'none' | 'other' | 'unreadable' | 'unloaded' };

/** The code of a sensor in a photo of its label. Never throws. */
export async function codeInPhoto(photo: Blob): Promise<PhotoCode> {
  // Who reads codes is loaded when the first photo comes.
  const reader = await import('./qr-reader.ts').catch(() => null);
  if (reader === null) return { code: null, trouble: 'unloaded' };
  const found = await reader.readPhoto(photo);
  if (typeof found === 'string') return { code: null, trouble: found };
  const text = found.text.trim();
  return isSensorCode(text) ? { code: text, trouble: null } : { code: null, trouble: 'other' };
}

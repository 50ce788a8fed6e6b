/** The part of fft-js that is used; the package brings no types. */
declare module 'fft-js' {
  const fftJs: {
    /** Discrete Fourier transform of a power of two of complex values. */
    fft(vector: readonly (readonly [number, number])[]): [number, number][];
  };
  export default fftJs;
}

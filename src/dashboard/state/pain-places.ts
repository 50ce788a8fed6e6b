/** Where pain can be marked with one tap; the words are `place.*` of the catalogue. */
export const PAIN_PLACES = ['back_left', 'back_right', 'hip', 'buttock_left', 'buttock_right', 'other'] as const;
export type PainPlace = (typeof PAIN_PLACES)[number];

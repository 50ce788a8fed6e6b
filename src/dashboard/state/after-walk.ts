import { session } from './session.svelte.ts';

/** The wearer has not agreed that walks are kept: each is shown while it lasts and erased when it ends. */
export const keepsNothing = (): boolean => session.settings?.consent?.keep_gait === false;

/** Where the page goes when a walk has ended: its report, or back to the start where nothing of it is left. */
export const placeAfter = (walkId: string): string => (keepsNothing() ? '/walk' : `/walks/${walkId}`);

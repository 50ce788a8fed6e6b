import fc from 'fast-check';

/**
 * Property tests draw the same cases in each run, so that a failure is one of the change under test and comes again when
 * run again. `npm run fuzz` draws others: what it finds becomes a test of its own.
 */
const seed = process.env['PROPERTY_SEED'];
fc.configureGlobal({ seed: seed === undefined ? 20261201 : Number(seed) });

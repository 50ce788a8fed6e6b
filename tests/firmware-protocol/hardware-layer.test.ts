import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { compileHostProgram, cTitle, skipsC } from './c-code.ts';

describe.skipIf(skipsC)(cTitle('the IMU driver and the battery curve in C'), () => {
  it('hold against a chip made of its datasheet', () => {
    const program = compileHostProgram('hardware_check');
    try {
      const run = spawnSync(program.file, { encoding: 'utf8' });
      expect(run.stderr).toBe('');
      expect(run.stdout).toBe('all right\n');
      expect(run.status).toBe(0);
    } finally {
      program.remove();
    }
  });
});

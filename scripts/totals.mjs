// Prints what a vitest JSON report counted, in the one line that other tools read.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2] ?? 'test-output/results.json', 'utf8'));
const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
const failedFiles = report.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
const failed = report.numFailedTests + failedFiles;
if (report.numPassedTests + failed === 0) {
  process.stderr.write('no test ran\n');
  process.exitCode = 1;
}
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);

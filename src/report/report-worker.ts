import { parentPort, workerData } from 'node:worker_threads';
import type { PrintJob } from './report-printer.ts';
import { reportPdf } from './report-pdf.ts';

// A thread of its own for one report: fonts and charts take longer than a walk that is recorded beside can wait.
const { report, language } = workerData as PrintJob;
const pdf = new Uint8Array(await reportPdf(report, language));
parentPort?.postMessage(pdf, [pdf.buffer]);

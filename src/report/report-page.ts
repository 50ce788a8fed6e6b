import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

const require = createRequire(import.meta.url);
/** A universal-design font that holds Latin and Japanese (OFL); one file for both languages. */
const REGULAR = require.resolve('@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf');
const BOLD = require.resolve('@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf');

export const INK = '#17211E';
export const INK_SOFT = '#45514C';
export const LINE = '#DBD7CB';
export const SUNK = '#ECE9E0';
export const LEFT = '#1A5DA6';
export const RIGHT = '#A8450C';
export const PELVIS = '#6B3D8E';
export const BRAND = '#0D5C51';
export const BRAND_SOFT = '#DDEBE6';
export const NOTE = '#6A4900';
export const NOTE_SOFT = '#FBF0CF';
export const PAIN = '#A3154A';

export const MARGIN = 48;
const PAGE_WIDTH = 595.28;
const PAGE_HEIGHT = 841.89;
export const CONTENT_WIDTH = PAGE_WIDTH - 2 * MARGIN;
const FOOTER = 36;

/** An A4 page that is written from top to bottom, with the few forms a report needs. */
export class ReportPage {
  readonly doc: PDFKit.PDFDocument;
  readonly #footer: string;
  #page = 1;
  y = MARGIN;

  /** @param footer one line at the foot of every page */
  constructor(title: string, language: string, footer: string) {
    this.#footer = footer;
    this.doc = new PDFDocument({
      size: 'A4',
      margin: 0,
      lang: language,
      displayTitle: true,
      info: { Title: title, Creator: 'Gaitkeeper' },
    });
    this.doc.registerFont('regular', REGULAR);
    this.doc.registerFont('bold', BOLD);
    this.#writeFooter();
  }

  /** Goes to a new page where less than `height` is left. */
  need(height: number): void {
    if (this.y + height <= PAGE_HEIGHT - MARGIN - FOOTER) return;
    this.doc.addPage();
    this.#page++;
    this.y = MARGIN;
    this.#writeFooter();
  }

  #writeFooter(): void {
    const y = PAGE_HEIGHT - MARGIN;
    this.doc.font('regular').fontSize(7.5).fillColor(INK_SOFT);
    this.doc.text(this.#footer, MARGIN, y, { width: CONTENT_WIDTH - 24, height: 10, lineBreak: false, ellipsis: true });
    this.doc.text(String(this.#page), MARGIN, y, { width: CONTENT_WIDTH, align: 'right', lineBreak: false });
  }

  /** A paragraph; returns its height. */
  text(
    text: string,
    options: { size?: number; bold?: boolean; color?: string; x?: number; width?: number; gap?: number } = {},
  ): void {
    const { size = 10, bold = false, color = INK, x = MARGIN, width = CONTENT_WIDTH, gap = 4 } = options;
    this.doc.font(bold ? 'bold' : 'regular').fontSize(size);
    const height = this.doc.heightOfString(text, { width, lineGap: size * 0.25 });
    this.need(height);
    this.doc.fillColor(color).text(text, x, this.y, { width, lineGap: size * 0.25 });
    this.y += height + gap;
  }

  heading(text: string): void {
    this.need(60);
    this.y += 10;
    this.text(text, { size: 13, bold: true, color: BRAND, gap: 6 });
  }

  /** A box with text inside, as tall as the text. */
  box(lines: readonly { text: string; bold?: boolean; size?: number }[], fill: string, color: string): void {
    const pad = 10;
    const width = CONTENT_WIDTH - 2 * pad;
    let height = 2 * pad;
    for (const line of lines) {
      this.doc.font(line.bold === true ? 'bold' : 'regular').fontSize(line.size ?? 10);
      height += this.doc.heightOfString(line.text, { width, lineGap: 2.5 }) + 3;
    }
    this.need(height);
    this.doc.roundedRect(MARGIN, this.y, CONTENT_WIDTH, height - 3, 6).fill(fill);
    let y = this.y + pad;
    for (const line of lines) {
      this.doc
        .font(line.bold === true ? 'bold' : 'regular')
        .fontSize(line.size ?? 10)
        .fillColor(color);
      const lineHeight = this.doc.heightOfString(line.text, { width, lineGap: 2.5 });
      this.doc.text(line.text, MARGIN + pad, y, { width, lineGap: 2.5 });
      y += lineHeight + 3;
    }
    this.y += height + 4;
  }

  /** Facts side by side: a large number over its name. */
  facts(facts: readonly { value: string; name: string }[]): void {
    this.need(46);
    const width = CONTENT_WIDTH / facts.length;
    for (const [i, fact] of facts.entries()) {
      const x = MARGIN + i * width;
      this.doc.font('bold').fontSize(16).fillColor(INK).text(fact.value, x, this.y, { width, lineBreak: false });
      this.doc
        .font('regular')
        .fontSize(8.5)
        .fillColor(INK_SOFT)
        .text(fact.name, x, this.y + 21, { width, lineBreak: false });
    }
    this.y += 42;
  }

  /** A table; columns are shares of the width. Header rows come again on a new page. */
  table(
    columns: readonly { head: string; share: number; right?: boolean }[],
    rows: readonly (readonly string[])[],
  ): void {
    const rowHeight = 16;
    const header = (): void => {
      this.#row(
        columns,
        columns.map((c) => c.head),
        true,
      );
      this.y += rowHeight;
    };
    this.need(3 * rowHeight);
    header();
    for (const row of rows) {
      const before = this.#page;
      this.need(rowHeight);
      if (this.#page !== before) header();
      this.#row(columns, row, false);
      this.y += rowHeight;
    }
    this.y += 6;
  }

  #row(columns: readonly { share: number; right?: boolean }[], cells: readonly string[], head: boolean): void {
    let x = MARGIN;
    this.doc
      .font(head ? 'bold' : 'regular')
      .fontSize(8.5)
      .fillColor(head ? INK_SOFT : INK);
    for (const [i, column] of columns.entries()) {
      const width = column.share * CONTENT_WIDTH;
      this.doc.text(cells[i] ?? '', x, this.y + 3, {
        width: width - 6,
        align: column.right === true ? 'right' : 'left',
        lineBreak: false,
        ellipsis: true,
      });
      x += width;
    }
    this.doc
      .moveTo(MARGIN, this.y + 15)
      .lineTo(MARGIN + CONTENT_WIDTH, this.y + 15)
      .lineWidth(0.5)
      .stroke(LINE);
  }

  /** Ends the document. @returns the file */
  finish(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      this.doc.on('data', (part: Buffer) => parts.push(part));
      this.doc.on('end', () => resolve(Buffer.concat(parts)));
      this.doc.on('error', reject);
      this.doc.end();
    });
  }
}

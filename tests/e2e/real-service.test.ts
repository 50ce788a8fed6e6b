import { describe, expect, it } from 'vitest';
import { axeFindings, open, picture, skipBrowser, why } from './browser.ts';
import { browserAndService } from './serve.ts';

describe.skipIf(skipBrowser)(`the page on the real service${why}`, () => {
  const at = browserAndService();

  it('pairs virtual sensors, walks, marks pain, stops, and shows the walk', { timeout: 90_000 }, async () => {
    const { page, context, errors, foreign } = await open(at.browser, at.link);
    await page.getByRole('checkbox', { name: /Keep how I walk/ }).check();
    await page.getByRole('checkbox', { name: /Keep where and when it hurt/ }).check();
    await page.getByRole('button', { name: 'Agree and go on' }).click();
    await page.getByRole('button', { name: 'Answer later' }).click();
    await page.getByRole('button', { name: 'Pair all' }).click();
    await page.getByRole('heading', { name: '3 sensors ready. You can walk.' }).waitFor();
    await page.getByRole('button', { name: 'Start the check' }).click();
    await page.getByText('Steady. Both soles flat.').waitFor();
    await page.getByRole('button', { name: 'Start recording, then walk' }).click();
    await page.getByRole('button', { name: 'Walk on' }).click();

    const steps = page.locator('.steps');
    await expect
      .poll(async () => Number((await steps.innerText()).replaceAll(',', '')), { timeout: 40_000 })
      .toBeGreaterThan(30);
    const feet = page.getByRole('region', { name: 'Shoe roll-in, seen from behind' });
    await expect
      .poll(() => feet.innerText(), { timeout: 40_000 })
      .toMatch(/Left roll-in\s+\d+\.\d°[\s\S]*Right roll-in\s+\d+\.\d°/);
    await expect.poll(() => feet.innerText(), { timeout: 20_000 }).toMatch(/Dip, left steps\s+[−\d]+\.\d°/);
    await picture(page, 'real-live');

    await page.locator('#mark-pain').click();
    await page.getByRole('button', { name: '4 of 10' }).click();
    await page.getByRole('button', { name: 'Hip' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'End the walk' }).click();
    await page.getByRole('heading', { level: 1, name: /recorded/ }).waitFor();
    await page.getByRole('heading', { name: 'Left roll-in through stance' }).waitFor();
    await picture(page, 'real-report', true);
    expect(await axeFindings(page)).toEqual([]);

    await page.goto(new URL('/walks/diary', page.url()).href);
    await page.getByRole('heading', { level: 1, name: 'One pain mark so far.' }).waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'Hip' }).count()).toBeGreaterThan(0);
    expect(errors.filter((e) => !e.includes('Permissions-Policy'))).toEqual([]);
    expect(foreign).toEqual([]);
    await context.close();
  });
});

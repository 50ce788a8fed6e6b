import type { Browser } from 'playwright-core';

/** A photo as somebody takes it of a label on a table: askew, in uneven light, grainy. */
export async function photographed(browser: Browser, svg: string): Promise<Buffer> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  await page.setContent(`<style>
    body { margin: 0; height: 900px; overflow: hidden; background: repeating-linear-gradient(80deg, #a58a6a 0 23px, #94795b 23px 60px) }
    main { position: absolute; left: 470px; top: 240px; transform: perspective(1100px) rotateX(20deg) rotateY(-16deg) rotateZ(-11deg) }
    main svg { display: block }
    main > svg { width: 330px; height: 385px }
    .light { position: absolute; inset: 0; background: radial-gradient(circle at 25% 20%, #fff3 0, #0000 40%, #0007 100%) }
    canvas { position: absolute; inset: 0; opacity: 0.22 }
  </style><main>${svg}</main><div class="light"></div><canvas width="1200" height="900"></canvas>`);
  await page.evaluate(() => {
    const context = document.querySelector('canvas')!.getContext('2d')!;
    const grain = context.createImageData(1200, 900);
    // The same grain each time.
    let state = 7;
    for (let i = 0; i < grain.data.length; i += 4) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      grain.data.fill(state >>> 24, i, i + 3);
      grain.data[i + 3] = 255;
    }
    context.putImageData(grain, 0, 0);
  });
  const photo = await page.screenshot({ type: 'jpeg', quality: 75 });
  await context.close();
  return photo;
}

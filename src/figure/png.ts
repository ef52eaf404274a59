// A figure as PNG, where the optional packages for it are installed. The font comes from a package too, so that
// machines without any fonts draw the same text.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const FONTS = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'];

export type Png = { readonly png: Uint8Array } | { readonly png?: undefined; readonly missing: string };

/** The SVG as PNG at `zoom` times its size, or the name of the package that is missing. */
export async function renderPng(svg: string, zoom = 2): Promise<Png> {
  let resvg: typeof import('@resvg/resvg-js');
  try {
    resvg = await import('@resvg/resvg-js');
  } catch {
    return { missing: '@resvg/resvg-js' };
  }
  let fontFiles: string[];
  try {
    fontFiles = FONTS.map((file) => require.resolve(`@expo-google-fonts/arimo/${file}`));
  } catch {
    return { missing: '@expo-google-fonts/arimo' };
  }
  const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: 'Arimo', sansSerifFamily: 'Arimo' };
  const image = new resvg.Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } }).render();
  return { png: new Uint8Array(image.asPng()) };
}

// The folder that a run leaves behind. It is written beside its place and moved there whole, so that a folder of that
// name is never half a result.
import { access, constants, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './exit-codes.ts';
import type { Host } from './host.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Every name that a result folder may hold. */
const OURS = new Set([
  'figure.svg',
  'figure.png',
  'series.csv',
  'series.json',
  'manifest.json',
  'model.json',
]);

/** The nearest folder above `path` that exists must be one that can be written to. @throws UsageError */
async function checkWritable(path: string, name: string): Promise<void> {
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    try {
      if (!(await stat(parent)).isDirectory())
        throw new UsageError(`Cannot write ${name}: ${parent} is a file.`);
      await access(parent, constants.W_OK);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
        throw new UsageError(`Cannot write ${name}: ${parent} may not be written to. Name another place.`);
      }
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || parent === dirname(parent)) throw error;
    }
  }
}

/**
 * To be asked before long work. @throws UsageError where `folder` cannot be written, or exists and is not a result of
 * ours: nothing of the user's is overwritten.
 */
export async function checkFolder(folder: string, host: Host): Promise<void> {
  const path = resolve(host.cwd, folder);
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw new UsageError(`${folder} is a file. Name a folder for the results.`);
    throw error;
  });
  await checkWritable(path, folder);
  const foreign = names.find((name) => !OURS.has(name));
  if (foreign === undefined) return;
  throw new UsageError(
    `${folder} holds ${foreign}, which is no result of foretrain. Name a new or an empty folder.`,
  );
}

/** To be asked before long work. @throws UsageError where `file` cannot be written */
export async function checkFile(file: string, host: Host): Promise<void> {
  const path = resolve(host.cwd, file);
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (folder) throw new UsageError(`Cannot write ${file}: it is a folder.`);
  await checkWritable(path, file);
}

/** Writes the files as the whole content of `folder`, in place of an earlier result. */
export async function writeFolder(folder: string, files: Files, host: Host): Promise<void> {
  await checkFolder(folder, host);
  const path = resolve(host.cwd, folder);
  const mark = `${process.pid}-${Math.abs(host.now().getTime())}`;
  const fresh = join(dirname(path), `.${mark}.foretrain-part`);
  const old = join(dirname(path), `.${mark}.foretrain-old`);
  await mkdir(fresh, { recursive: true });
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(fresh, name), content);
    const replaces = await stat(path).then(
      () => true,
      () => false,
    );
    if (replaces) await rename(path, old);
    try {
      await rename(fresh, path);
    } catch (error) {
      if (replaces) await rename(old, path);
      throw error;
    }
    if (replaces) await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** Writes one file by way of a temporary name. */
export async function writeWhole(file: string, content: string, host: Host): Promise<void> {
  const path = resolve(host.cwd, file);
  const part = `${path}.${process.pid}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(part, content);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

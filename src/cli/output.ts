// The folder that a run leaves behind. It is written beside its place and moved there whole, so that a folder of that
// name is never half a result.
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './exit-codes.ts';
import type { Host } from './host.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Every name that a result folder may hold. */
const OURS = /^(figure(-[a-z0-9-]+)?\.(svg|png)|series\.(csv|json)|manifest\.json|model\.json)$/;

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => undefined,
  );

/**
 * The nearest folder at or above `parent` that exists must be one in which files can be made, which is tried: rights say
 * little about read-only and pseudo file systems. @throws UsageError
 */
async function checkWritable(parent: string, name: string): Promise<void> {
  const folder = await isFolder(parent);
  if (folder === false) throw new UsageError(`Cannot write ${name}: ${parent} is a file.`);
  if (folder === undefined && parent !== dirname(parent)) return checkWritable(dirname(parent), name);
  const trial = join(parent, `.${process.pid}-${Math.floor(performance.now())}.foretrain-trial`);
  try {
    await mkdir(trial);
    await rmdir(trial);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `Cannot write ${name}: ${parent} may not be written to (${code}). Name another place.`,
    );
  }
}

/** A failure of the file system as the user's to mend. */
function cannotWrite(error: unknown, name: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || error instanceof UsageError) return error;
  return new UsageError(`Cannot write ${name}: ${(error as Error).message}`);
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
    throw new UsageError(`Cannot write ${folder}: it may not be read (${error.code}). Name another folder.`);
  });
  await checkWritable(dirname(path), folder);
  const foreign = names.find((name) => !OURS.test(name));
  if (foreign === undefined) return;
  throw new UsageError(
    `${folder} holds ${foreign}, which is no result of foretrain. Name a new or an empty folder.`,
  );
}

/**
 * To be asked before long work. `out` is the folder of the results, which may not be there yet.
 * @throws UsageError where `file` cannot be written, or would need a folder that does not exist
 */
export async function checkFile(file: string, out: string | undefined, host: Host): Promise<void> {
  const path = resolve(host.cwd, file);
  if (await isFolder(path)) throw new UsageError(`Cannot write ${file}: it is a folder.`);
  const parent = dirname(path);
  const ours = out !== undefined && resolve(host.cwd, out) === parent;
  if (!ours && (await isFolder(parent)) === undefined) {
    const above = await nearestThere(parent);
    const why = (await isFolder(above))
      ? `there is no folder ${parent}. Make it first.`
      : `${above} is a file.`;
    throw new UsageError(`Cannot write ${file}: ${why}`);
  }
  await checkWritable(parent, file);
}

/** The path itself or the nearest one above it that exists. */
async function nearestThere(path: string): Promise<string> {
  const there = (await isFolder(path)) !== undefined;
  return there || path === dirname(path) ? path : nearestThere(dirname(path));
}

/** Writes the files as the whole content of `folder`, in place of an earlier result. */
export async function writeFolder(folder: string, files: Files, host: Host): Promise<void> {
  await checkFolder(folder, host);
  const path = resolve(host.cwd, folder);
  const mark = `${process.pid}-${Math.abs(host.now().getTime())}`;
  const fresh = join(dirname(path), `.${mark}.foretrain-part`);
  const old = join(dirname(path), `.${mark}.foretrain-old`);
  try {
    await mkdir(fresh, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(fresh, name), content);
    const replaces = (await isFolder(path)) !== undefined;
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
    throw cannotWrite(error, folder);
  }
}

/** Writes one file by way of a temporary name. */
export async function writeWhole(file: string, content: string, host: Host): Promise<void> {
  const path = resolve(host.cwd, file);
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, content);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw cannotWrite(error, file);
  }
}

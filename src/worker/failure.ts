// Errors as plain data: classes do not survive the way from a worker, so that an error is taken apart there and put
// together here, and the same run fails in the same way wherever it ran.
import { CoreError, SolveError } from '../errors.ts';

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly remedy?: string;
  /** Of a SolveError. */
  readonly status?: SolveError['status'];
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  if (!(error instanceof CoreError || error instanceof SolveError)) return { name, message };
  // The message ends with the remedy, which `revive` puts there again.
  const { remedy } = error;
  const rest = remedy ? message.slice(0, -remedy.length).trimEnd() : message;
  return { name, message: rest, remedy, ...(error instanceof SolveError && { status: error.status }) };
}

export function revive({ name, message, remedy = '', status }: Failure): Error {
  if (name === 'CoreError') return new CoreError(message, remedy);
  if (name === 'SolveError') return new SolveError({ status: status ?? 'failed', message, remedy });
  return Object.assign(new Error(message), { name });
}

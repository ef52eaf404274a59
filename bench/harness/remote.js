// Contenders in a child process that speaks lines of JSON: `make` an operation from inputs in a file of doubles, `time`
// calls of it by its own clocks, write its `result` to a file, `drop` everything. One request at a time.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

let folder;
let files = 0;

/** A name for a file of doubles that goes away with this process. */
function exchangeFile() {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), 'foretrain-bench-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return join(folder, `${files++}.f64`);
}

export class Remote {
  #child;
  #answers;
  #complaints = '';

  constructor(command, parameters, env = {}) {
    this.#child = spawn(command, parameters, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.on('error', (error) => {
      this.#complaints += error.message;
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.on('data', (data) => {
      this.#complaints = (this.#complaints + data).slice(-2000);
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(this.#complaints.trim().split('\n').at(-1) || 'the child process ended');
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  /** A contender that runs `op` over there on `inputs` ({ name: values or shaped(values, …) }). */
  async contender(op, inputs = {}, params = {}, extra = {}) {
    const file = exchangeFile();
    const entries = Object.entries(inputs).map(([name, input]) => {
      const { data, shape } = input.shape ? input : { data: input, shape: [input.length] };
      return { name, shape, bytes: Buffer.from(Float64Array.from(data).buffer) };
    });
    writeFileSync(file, Buffer.concat(entries.map(({ bytes }) => bytes)));
    const { id } = await this.ask({
      do: 'make',
      op,
      file,
      inputs: entries.map(({ name, shape }) => ({ name, shape })),
      params,
    });
    rmSync(file);
    return {
      ...extra,
      time: (calls) => this.ask({ do: 'time', id, calls }),
      result: async () => {
        const out = exchangeFile();
        const { arrays } = await this.ask({ do: 'result', id, file: out });
        const { buffer, byteOffset } = readFileSync(out);
        rmSync(out);
        let at = byteOffset;
        return Object.fromEntries(
          arrays.map(({ name, length }) => {
            const values = new Float64Array(buffer.slice(at, at + 8 * length));
            at += 8 * length;
            return [name, values];
          }),
        );
      },
      release: () => this.ask({ do: 'drop', id }),
    };
  }

  close() {
    this.#child.stdin.end();
  }
}

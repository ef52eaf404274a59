// A process that simulates the configurations it is sent and answers with the errors: for cases/finite-width-jobs.js.
import { simulate } from '../build/esm/index.js';

process.on('message', async (config) => {
  const { trainError, testError } = (await simulate(config)).observables;
  process.send({ trainError: [...trainError.values], testError: [...testError.values] });
});
process.send('ready');

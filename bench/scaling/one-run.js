// One prediction or one replica of any theory: `run` of a job, from the configuration that belongs to its sizes.

export const oneRun = (kind, configOf) => async (sizes, tools) => {
  const { theories, createCore, Run } = tools.inside;
  const config = configOf(sizes);
  const theory = theories.find(({ name }) => name === config.theory);
  const problem = theory.check(config);
  const core = await createCore('exact');
  const start = tools.threadTime();
  const { status } = await theory.run(core, problem, kind, 0, new Run({}, theory.plan(problem, kind).work));
  const cpu = tools.threadTime() - start;
  if (status !== 'complete') throw new Error(`the run is ${status}`);
  return { cpu, peakBytes: core.peakBytes };
};

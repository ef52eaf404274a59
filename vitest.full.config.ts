import { defineConfig } from 'vitest/config';

// The long suites, run by a person: npm run test:full.
export default defineConfig({
  test: { include: ['test/full/**/*.test.ts'], testTimeout: 3_600_000, hookTimeout: 600_000, maxWorkers: 2 },
});

// npm run test:slow: what takes hours. Every story on the stand-in for Electron, the unit tests on each Node that Strata runs
// on, and a whole installation of Debian with Strata's answers, under emulation. It fetches some hundred MiB from where apt and
// npm do, the first time. The last line is "N passed, N failed".
import { join } from 'node:path'
import { ExpectedFailure } from './setup/failure.mjs'
import { runLongTests } from './setup/long-tests.mjs'
import { nodeReleases, nodeRuntime } from './setup/node-runtime.mjs'
import { testSteps } from './setup/test-steps.mjs'

/** @param {(line: string) => void} onLine */
async function makeGuests(onLine) {
  for (const step of testSteps.filter(({ name }) => ['build', 'guest', 'installer'].includes(name))) {
    const { failed, output } = await step.run(onLine, [])
    if (failed > 0)
      throw new ExpectedFailure(`${step.title} failed.`, { output, next: `npm test -- --only ${step.name}` })
  }
}

await runLongTests('slow', [
  {
    id: 'stories',
    title: 'Every story on the stand-in for Electron',
    runner: 'playwright',
    args: ['--project=electron-stand-in'],
    env: { STRATA_ALL_STORIES: '1' },
    before: makeGuests,
  },
  ...nodeReleases.map((release) => ({
    id: `node-${release.version.split('.')[0]}`,
    title: `Unit tests on Node ${release.version}`,
    args: [],
    node: () => join(nodeRuntime(release), 'bin/node'),
  })),
  {
    id: 'installation',
    title: 'An unattended installation of Debian',
    args: ['--config', 'e2e/installer/slow.config.ts'],
  },
])

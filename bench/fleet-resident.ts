import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { build } from 'vite'

const PROGRAM = fileURLToPath(new URL('fleet-reader.ts', import.meta.url))

/** What a program that only loads the fleet takes of memory at most: bundled, so that no compiler counts with it. */
export async function residentMiB(uri: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-reader-'))
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      resolve: { conditions: ['source'] },
      build: {
        ...{ ssr: PROGRAM, outDir: folder, target: 'node20' },
        rolldownOptions: { output: { entryFileNames: 'fleet-reader.mjs' } },
      },
    })
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'fleet-reader.mjs'), uri])
    return Number(stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

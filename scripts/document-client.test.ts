import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { docsFolder, documentClient } from './document-client.ts'

// The compiler reads the whole of node-libvirt with its tests.
it(
  'finds node-libvirt’s reference and table as it would write them, and every method tested',
  { timeout: 180_000 },
  () => {
    const pages = documentClient()
    for (const [name, text] of pages)
      expect(
        readFileSync(docsFolder + name, 'utf8') === text,
        `${name} is stale: run tsx scripts/document-client.ts`,
      ).toBe(true)
    const untested = pages
      .get('procedures.md')
      ?.split('\n')
      .filter((row) => /`[A-Z]\w+\.\w+`.*\| – \|$/.test(row))
    expect(untested).toEqual([])
  },
)

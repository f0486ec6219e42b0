import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { root } from '../setup/command.mjs'
import { released, releasesOf } from './changelog.ts'
import { identity } from './identity.ts'
import { metainfo } from './metainfo.ts'

const text = `# Changelog

## Unreleased

- Something new with \`code\` & <marks>,
  over two lines.

## 0.9.0 (2026-01-02)

- First.
- Second.
`

describe('the changelog', () => {
  it('tells the releases, and not what is unreleased', () => {
    expect(releasesOf(text)).toEqual([{ version: '0.9.0', date: '2026-01-02', points: ['First.', 'Second.'] }])
  })

  it('makes a release of what is unreleased', () => {
    const after = released(text, '0.10.0', '2026-03-04')
    expect(releasesOf(after).map(({ version }) => version)).toEqual(['0.10.0', '0.9.0'])
    expect(after).toContain('## Unreleased\n\n## 0.10.0 (2026-03-04)')
    expect(metainfo(identity, releasesOf(after))).toContain(
      '<li>Something new with code &amp; &lt;marks&gt;, over two lines.</li>',
    )
  })

  it.each(['0.9.0', '0.8.9', '1', 'v1.0.0'])('refuses %s, which is not a newer version', (version) => {
    expect(() => released(text, version, '2026-03-04')).toThrow(version)
  })

  it('refuses to release nothing', () => {
    expect(() => released(released(text, '1.0.0', '2026-03-04'), '1.0.1', '2026-03-05')).toThrow('nothing under')
  })

  it('has the version that package.json has', () => {
    const [newest] = releasesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))
    expect(identity.version).toBe(newest?.version ?? '0.0.0')
  })
})

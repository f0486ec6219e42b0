import { describe, expect, it } from 'vitest'

import { i18n, t } from './i18n.ts'

const sources = import.meta.glob<string>(['./**/*.{ts,vue}', '!./**/*.test.ts', '!./**/*.en.ts'], {
  eager: true,
  query: '?raw',
  import: 'default',
})

describe('the catalogue of texts', () => {
  it('has every key that a source names', () => {
    const missing = Object.entries(sources).flatMap(([path, source]) =>
      [...source.matchAll(/\bt\(\s*'([\w.-]+)'/g)]
        .map(([, key]) => key ?? '')
        .filter((key) => !i18n.global.te(key))
        .map((key) => `${path}: ${key}`),
    )
    expect(missing).toEqual([])
  })

  it('chooses the plural by the count and writes large numbers readably', () => {
    expect(t('machines.count', {}, 1)).toBe('1 machine')
    expect(t('machines.count', {}, 1000)).toBe('1,000 machines')
  })
})

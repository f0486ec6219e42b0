import { describe, expect, it } from 'vitest'

import { changeBetween, withPlainLineEnds } from './text-change.ts'

describe('the change between two texts', () => {
  const applied = (before: string, after: string) => {
    const change = changeBetween(before, after)
    return change === null ? before : before.slice(0, change.from) + change.insert + before.slice(change.to)
  }

  it('is nothing where they are equal', () => {
    expect(changeBetween('packages: []\n', 'packages: []\n')).toBeNull()
  })

  it('touches only what differs', () => {
    expect(changeBetween('a: 1\nb: 2\nc: 3\n', 'a: 1\nb: 25\nc: 3\n')).toEqual({ from: 9, to: 9, insert: '5' })
    expect(changeBetween('a: 1\nb: 2\n', 'a: 1\n')).toEqual({ from: 5, to: 10, insert: '' })
  })

  it('makes the one the other, however their ends overlap', () => {
    const texts = ['', 'a', 'aa', 'aba', 'ab', 'ba', 'aab', 'xaax', 'a😀b', 'a😁b']
    for (const before of texts) for (const after of texts) expect(applied(before, after)).toBe(after)
  })

  // Were each end searched for anew, this would not end within the test's time.
  it('is found in a large text', () => {
    const line = '  - a line of user data\n'
    const before = line.repeat(1024 ** 2 / line.length)
    const at = before.length / 2
    expect(changeBetween(before, `${before.slice(0, at)}!${before.slice(at)}`)?.insert).toBe('!')
  })
})

it('line ends of every system become the one that the editor counts with', () => {
  expect(withPlainLineEnds('a\r\nb\rc\nd')).toBe('a\nb\nc\nd')
})

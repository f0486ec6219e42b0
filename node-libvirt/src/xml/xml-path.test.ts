import { describe, expect, test } from 'vitest'
import { XmlDocument } from './index.ts'
import { findAll, findFirst, formatPath, parsePath } from './xml-path.ts'

const { root } = XmlDocument.parse(
  '<r xmlns:l="http://libosinfo.org/xmlns/libvirt/domain/1.0"><a/><a><b n="1"/><b n="2"/></a><d xmlns="urn:d"><b/></d><l:os><l:b/></l:os></r>',
)

describe('a path', () => {
  test.each(['.', './a', './@b', './a/b/@c', "./a[@b='c d']/e", './libosinfo:os/@id'])(
    '%s is written as it was read',
    (path) => {
      expect(formatPath(parsePath(path))).toBe(path)
    },
  )

  test.each(['', 'a', '/a', './', './a//b', './a[b]', './nobody:a', './a/@b/c', '..'])('%j is refused', (path) => {
    expect(() => parsePath(path)).toThrow(TypeError)
  })

  test('leads to the first match that goes all the way', () => {
    expect(findFirst(root, parsePath('./a/b').steps)?.getAttribute('n')).toBe('1')
    expect(findFirst(root, parsePath("./a/b[@n='2']").steps)?.getAttribute('n')).toBe('2')
    expect(findFirst(root, parsePath("./a/b[@n='3']").steps)).toBeNull()
    expect(findFirst(root, parsePath('.').steps)).toBe(root)
  })

  test('does not take an element of another namespace for one of its own', () => {
    expect(findAll(root, parsePath('./d').steps)).toEqual([])
    expect(findAll(root, parsePath('./os').steps)).toEqual([])
    expect(findAll(root, parsePath('./libosinfo:os/libosinfo:b').steps)).toHaveLength(1)
    expect(findAll(root, parsePath('./a/b').steps)).toHaveLength(2)
  })
})

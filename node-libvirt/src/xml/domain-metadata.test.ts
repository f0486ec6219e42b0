import { describe, expect, test } from 'vitest'
import { DomainXml, NAMESPACES, XmlError } from './index.ts'

const bare = () => DomainXml.parse('<domain>\n  <name>x</name>\n  <memory>1</memory>\n</domain>')

describe('metadata', () => {
  test('is found by namespace, whatever its prefix', () => {
    const domain = DomainXml.parse(
      `<domain xmlns:q="${NAMESPACES.strata}"><metadata><strata xmlns="urn:other"/><q:machine><q:tag/></q:machine></metadata></domain>`,
    )
    expect(domain.metadata.read(NAMESPACES.strata)).toBe(
      `<q:machine xmlns:q='${NAMESPACES.strata}'><q:tag/></q:machine>`,
    )
    expect(domain.metadata.read('urn:other')).toBe('<strata xmlns="urn:other"/>')
    expect(domain.metadata.read('urn:nobody')).toBeNull()
  })

  test('is put in, replaced and taken out without touching that of others', () => {
    const domain = bare()
    const before = domain.toString()
    domain.metadata.write('urn:a', '<a xmlns="urn:a"/>')
    domain.metadata.write('urn:b', '<b:b xmlns:b="urn:b">one</b:b>')
    domain.metadata.write('urn:b', '<?xml version="1.0"?>\n<b:b xmlns:b="urn:b">two</b:b>\n')
    expect(domain.toString()).toBe(
      '<domain>\n  <name>x</name>\n  <metadata>\n    <a xmlns="urn:a"/>\n    <b:b xmlns:b="urn:b">two</b:b>\n  </metadata>\n  <memory>1</memory>\n</domain>',
    )
    domain.metadata.write('urn:a', null)
    expect(domain.metadata.read('urn:b')).toBe('<b:b xmlns:b="urn:b">two</b:b>')
    domain.metadata.write('urn:b', null)
    domain.metadata.write('urn:b', null)
    expect(domain.toString()).toBe(before)
  })

  test('that is written as it was read changes nothing', () => {
    const text = `<domain xmlns:q="urn:q"><metadata><q:m  a = "1"><q:t/></q:m></metadata></domain>`
    const domain = DomainXml.parse(text)
    domain.metadata.write('urn:q', domain.metadata.read('urn:q'))
    expect(domain.toString()).toBe(text)
  })

  test('of another namespace than said, or that is no XML, is refused', () => {
    const domain = bare()
    const before = domain.toString()
    expect(() => {
      domain.metadata.write('urn:a', '<a xmlns="urn:b"/>')
    }).toThrow(TypeError)
    expect(() => {
      domain.metadata.write('urn:a', '<a')
    }).toThrow(XmlError)
    expect(domain.toString()).toBe(before)
  })
})

describe('the operating system’s id', () => {
  test('is written in the words of libosinfo', () => {
    const domain = bare()
    domain.metadata.osId = 'http://debian.org/debian/12'
    expect(domain.metadata.read(NAMESPACES.libosinfo)).toBe(
      `<libosinfo:libosinfo xmlns:libosinfo='${NAMESPACES.libosinfo}'>\n      <libosinfo:os id='http://debian.org/debian/12'/>\n    </libosinfo:libosinfo>`,
    )
    domain.metadata.osId = null
    expect(domain.toString()).toBe(bare().toString())
  })

  test('takes another prefix where libosinfo means something else', () => {
    const domain = DomainXml.parse('<domain xmlns:libosinfo="urn:else"/>')
    domain.metadata.osId = 'http://a'
    expect(DomainXml.parse(domain.toString()).metadata.osId).toBe('http://a')
    expect(domain.toString()).toContain('libosinfo1:os')
  })
})

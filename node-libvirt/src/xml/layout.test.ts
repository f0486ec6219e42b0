import { describe, expect, test } from 'vitest'
import { DomainXml } from './index.ts'

/** What an edit makes of the inside of a domain. */
function edited(inside: string, edit: (domain: DomainXml) => void): string {
  const domain = DomainXml.parse(`<domain>${inside}</domain>`)
  edit(domain)
  return domain.toString().slice('<domain>'.length, -'</domain>'.length)
}

const lines = (...each: string[]) => `\n${each.map((line) => `  ${line}\n`).join('')}`

describe('an element that is inserted', () => {
  test('goes where libvirt writes it, on a line of its own', () => {
    const before = lines('<name>x</name>', '<memory>1</memory>', '<os/>', '<devices/>')
    const after = edited(before, (domain) => {
      domain.description = 'd'
      domain.vcpuCount = 2
      domain.uuid = 'u'
    })
    expect(after).toBe(
      lines(
        '<name>x</name>',
        '<uuid>u</uuid>',
        '<description>d</description>',
        '<memory>1</memory>',
        '<vcpu>2</vcpu>',
        '<os/>',
        '<devices/>',
      ),
    )
  })

  test('goes before all others when it is the first', () => {
    expect(edited(lines('<memory>1</memory>'), (domain) => (domain.name = 'x'))).toBe(
      lines('<name>x</name>', '<memory>1</memory>'),
    )
  })

  test('goes to the end when everything there is unknown', () => {
    const before = '\n  <!-- note -->\n  <future/>\n'
    expect(edited(before, (domain) => (domain.name = 'x'))).toBe('\n  <!-- note -->\n  <name>x</name>\n  <future/>\n')
  })

  test('makes its parents, indented as the document is', () => {
    const after = edited('\n\t<name>x</name>\n', (domain) => {
      domain.os.loader.path = '/f'
      domain.os.loader.isReadOnly = true
    })
    expect(after).toBe("\n\t<name>x</name>\n\t<os>\n\t\t<loader readonly='yes'>/f</loader>\n\t</os>\n")
  })

  test('uses the line ends of the document', () => {
    const after = edited('\r\n    <name>x</name>\r\n', (domain) => (domain.features.acpi = true))
    expect(after).toBe('\r\n    <name>x</name>\r\n    <features>\r\n        <acpi/>\r\n    </features>\r\n')
  })

  test('stays on the line of a document that has only one', () => {
    expect(edited('<name>x</name><devices/>', (domain) => (domain.vcpuCount = 1))).toBe(
      '<name>x</name><vcpu>1</vcpu><devices/>',
    )
    expect(edited('<name>x</name><devices/>', (domain) => (domain.devices.emulator = '/q'))).toBe(
      '<name>x</name><devices><emulator>/q</emulator></devices>',
    )
  })

  test('does not come between an element and the comment behind it', () => {
    const before = lines('<name>x</name> <!-- its name -->', '<memory>1</memory>')
    expect(edited(before, (domain) => (domain.uuid = 'u'))).toBe(
      lines('<name>x</name> <!-- its name -->', '<uuid>u</uuid>', '<memory>1</memory>'),
    )
  })

  test('of a list goes behind the last of its kind', () => {
    const before = lines(
      '<devices>',
      '  <disk type="file"/>',
      '  <!-- two -->',
      '  <disk type="block"/>',
      '  <interface type="user"/>',
      '</devices>',
    )
    const after = edited(before, (domain) => {
      domain.devices.disks.add({ type: 'volume' })
      domain.devices.graphics.add({ type: 'vnc' })
    })
    expect(after).toBe(
      lines(
        '<devices>',
        '  <disk type="file"/>',
        '  <!-- two -->',
        '  <disk type="block"/>',
        "  <disk type='volume'/>",
        '  <interface type="user"/>',
        "  <graphics type='vnc'/>",
        '</devices>',
      ),
    )
  })

  test('takes the quotes that are used where it stands', () => {
    expect(edited('<os><type arch="x">hvm</type></os>', (domain) => (domain.os.machine = 'q35'))).toBe(
      '<os><type arch="x" machine="q35">hvm</type></os>',
    )
  })
})

describe('an element that is removed', () => {
  test('takes its line along', () => {
    const before = lines('<name>x</name>', '<title>t</title>', '<memory>1</memory>')
    expect(edited(before, (domain) => (domain.title = null))).toBe(lines('<name>x</name>', '<memory>1</memory>'))
  })

  test('takes parents along that then hold nothing', () => {
    const before = lines('<name>x</name>', '<os>', '  <loader readonly="yes">/f</loader>', '</os>')
    expect(edited(before, (domain) => (domain.os.loader.path = null))).toBe(lines('<name>x</name>'))
  })

  test.each(['<!-- a note -->', 'words', '<?keep?>', '<![CDATA[]]>'])('leaves a parent that holds %s', (rest) => {
    const before = lines('<features>', `  ${rest}`, '  <acpi/>', '</features>')
    expect(edited(before, (domain) => (domain.features.acpi = false))).toBe(
      lines('<features>', `  ${rest}`, '</features>'),
    )
  })

  test('leaves a parent that has an attribute, collapsed', () => {
    const before = lines('<os firmware="efi">', '  <type>hvm</type>', '</os>')
    expect(edited(before, (domain) => (domain.os.type = null))).toBe(lines('<os firmware="efi"/>'))
  })

  test('never takes the object along that the property belongs to', () => {
    const domain = DomainXml.parse('<domain><devices><disk type="file"><serial>1</serial></disk></devices></domain>')
    const [disk] = domain.devices.disks
    if (disk === undefined) throw new Error('no disk')
    disk.type = null
    disk.serial = null
    expect(domain.toString()).toBe('<domain><devices><disk/></devices></domain>')
  })

  test('and put back again gives the text from before', () => {
    const before = lines('<name>x</name>', '<memory>1</memory>', '<devices>', '  <emulator>/q</emulator>', '</devices>')
    const after = edited(before, (domain) => {
      domain.devices.emulator = null
      domain.devices.emulator = '/q'
      domain.title = 't'
      domain.title = null
      domain.devices.disks.remove(domain.devices.disks.add({ type: 'file', source: { file: '/a' } }))
    })
    expect(after).toBe(before)
  })
})

describe('text that is changed', () => {
  test('leaves comments and elements beside it where they are', () => {
    expect(edited('<name><!-- a -->old<!-- b --></name>', (domain) => (domain.name = 'new'))).toBe(
      '<name><!-- a -->new<!-- b --></name>',
    )
    expect(edited('<name>o<![CDATA[l]]><!-- b -->d</name>', (domain) => (domain.name = 'new'))).toBe(
      '<name>new<!-- b --></name>',
    )
  })

  test.each(['a & b', '<b>', ']]>', '"quotes\' both"', ' spaces ', 'tab\tline\nreturn\r', '試験 😀', ''])(
    '%j reads back as it was set',
    (value) => {
      const domain = DomainXml.parse('<domain/>')
      domain.title = value
      domain.os.machine = value
      const read = DomainXml.parse(domain.toString())
      expect([read.title, read.os.machine]).toEqual([value, value])
    },
  )

  test.each(['\u0000', 'a\u0008', '\uD800', '\uFFFF'])('%j is refused and leaves nothing behind', (value) => {
    const domain = DomainXml.parse('<domain/>')
    expect(() => (domain.os.loader.path = value)).toThrow(TypeError)
    expect(() => (domain.os.machine = value)).toThrow(TypeError)
    expect(domain.toString()).toBe('<domain/>')
  })
})

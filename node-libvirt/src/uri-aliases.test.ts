import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readUriAliases, resolveUriAlias } from './uri-aliases.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aliases-'))
  for (const folder of ['etc/libvirt', 'home/.config/libvirt', 'xdg/libvirt'])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(
    join(root, 'etc/libvirt/libvirt.conf'),
    'uri_aliases = [ "lab=qemu+ssh://lab/system", "old=qemu:///system" ]\n',
  )
  writeFileSync(
    join(root, 'home/.config/libvirt/libvirt.conf'),
    "uri_aliases = [\n 'lab=qemu+ssh://me@lab:2222/session?a=b',\n]\n",
  )
})

afterEach(() => rmSync(root, { recursive: true }))

describe('a URI alias', () => {
  const env = () => ({ HOME: join(root, 'home') })

  it('is taken from the user’s file before the system’s', () => {
    expect(resolveUriAlias('lab', { env: env(), root })).toBe('qemu+ssh://me@lab:2222/session?a=b')
    expect(resolveUriAlias('old', { env: env(), root })).toBe('qemu:///system')
    const elsewhere = { ...env(), XDG_CONFIG_HOME: join(root, 'xdg') }
    expect(resolveUriAlias('lab', { env: elsewhere, root })).toBe('qemu+ssh://lab/system')
  })

  it('leaves a URI and a name that nobody defined as they are', () => {
    expect(resolveUriAlias('qemu:///session', { env: env(), root })).toBe('qemu:///session')
    expect(resolveUriAlias('other', { env: env(), root })).toBe('other')
  })

  it('is read past comments and other settings', () => {
    const config = `# uri_aliases = [ "no=x" ]
uri_default = "qemu:///system" # uri_aliases
uri_aliases = [
  "a-1=qemu://a#b/system", # "b=c"
  """long=test:///default""",
]
tls_priority = "NORMAL"`
    expect(Object.fromEntries(readUriAliases(config, 'f'))).toEqual({
      'a-1': 'qemu://a#b/system',
      long: 'test:///default',
    })
    expect(readUriAliases('', 'f').size).toBe(0)
  })

  it.each(['uri_aliases = "a=b"', 'uri_aliases = [ "a=b"', 'uri_aliases = [ "nothing" ]'])(
    'is refused: %s',
    (config) => {
      expect(() => readUriAliases(config, '/etc/libvirt/libvirt.conf')).toThrow(/^\/etc\/libvirt\/libvirt.conf: /)
    },
  )
})

import { describe, expect, it } from 'vitest'

import { isAllowedLink } from './links.ts'

describe('a link that leaves the window', () => {
  it.each(['https://libvirt.org/docs.html', 'http://192.168.122.7:8080/', 'HTTPS://EXAMPLE.ORG'])(
    'may be %s',
    (link) => {
      expect(isAllowedLink(link)).toBe(true)
    },
  )

  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'smb://host/share',
    'ssh://root@host',
    'vnc://127.0.0.1:5900',
    'app://strata/new',
    'https://bank.example@evil.example/',
    'http://user:secret@host/',
    ' https://',
    'nonsense',
    '',
  ])('may not be %s', (link) => {
    expect(isAllowedLink(link)).toBe(false)
  })
})

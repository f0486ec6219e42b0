import { expect, it } from 'vitest'

import { osNameOf } from './os-name.ts'

it.each([
  ['http://debian.org/debian/12', 'Debian 12'],
  ['http://ubuntu.com/ubuntu/22.04', 'Ubuntu 22.04'],
  ['http://microsoft.com/win/11', 'Windows 11'],
  ['http://fedoraproject.org/fedora/unknown', 'Fedora'],
  ['http://freebsd.org/freebsd/14.0', 'FreeBSD 14.0'],
  ['http://example.org/', null],
  [null, null],
])('reads %s as %s', (id, name) => {
  expect(osNameOf(id)).toBe(name)
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { guestSetup } from '@strata/contract/guest-setup.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { makeSshKeyPair } from '../keys/ssh-key-pair.ts'
import { localeFrom, ownLanguage } from './own-language.ts'
import { proposeSetup } from './propose-setup.ts'
import { userNameFrom } from './user-name.ts'

let etc: string
beforeEach(() => (etc = mkdtempSync(join(tmpdir(), 'etc-'))))
afterEach(() => rmSync(etc, { recursive: true, force: true }))

function write(path: string, text: string) {
  mkdirSync(dirname(join(etc, path)), { recursive: true })
  writeFileSync(join(etc, path), text)
}

describe('the language of this computer', () => {
  it.each([
    ['en_GB.UTF-8', 'en_GB.UTF-8'],
    ['de_DE.utf8', 'de_DE.UTF-8'],
    ['de_AT@euro', 'de_AT.UTF-8'],
    ['pt_BR', 'pt_BR.UTF-8'],
    ['C.UTF-8', 'en_US.UTF-8'],
    ['POSIX', 'en_US.UTF-8'],
    [undefined, 'en_US.UTF-8'],
  ])('named %s is %s in a guest', (named, locale) => {
    expect(localeFrom(named)).toBe(locale)
  })

  it('is what the environment says, else what the system’s files say', async () => {
    write('locale.conf', '# made by hand\nLANG="fr_FR.UTF-8"\n')
    expect((await ownLanguage({ env: { LANG: 'en_GB.UTF-8' }, etc })).locale).toBe('en_GB.UTF-8')
    expect((await ownLanguage({ env: {}, etc })).locale).toBe('fr_FR.UTF-8')
  })

  it.each([
    ['default/keyboard', 'XKBMODEL="pc105"\nXKBLAYOUT="de,us"\n', 'de'],
    ['X11/xorg.conf.d/00-keyboard.conf', 'Section "InputClass"\n  Option "XkbLayout" "fr"\nEndSection\n', 'fr'],
    ['vconsole.conf', 'KEYMAP=uk\n', 'gb'],
    ['nothing', '', 'us'],
  ])('finds the keyboard in %s', async (path, text, keyboard) => {
    write(path, text)
    expect((await ownLanguage({ env: {}, etc })).keyboard).toBe(keyboard)
  })
})

describe('a user name', () => {
  it.each([
    ['ada', 'ada'],
    ['Ada.Lovelace', 'ada-lovelace'],
    ['zoë', 'zoe'],
    ['42ada', 'ada'],
    ['root', 'admin'],
    ['www-data', 'admin'],
    ['王', 'admin'],
  ])('made of %s is %s', (login, name) => {
    expect(userNameFrom(login)).toBe(name)
  })

  it('made of anything is one', () => {
    fc.assert(fc.property(fc.string(), (login) => guestSetup.shape.userName.safeParse(userNameFrom(login)).success))
  })
})

describe('a proposed set-up', () => {
  const sources = () => ({ homeDir: etc, env: {}, etc, loginName: 'ada' })

  it('lets in who has a key, without a password', async () => {
    const { publicKey } = makeSshKeyPair('ada@desk')
    write('.ssh/id_ed25519.pub', `${publicKey}\n`)
    const { value, reason } = await proposeSetup(etc, sources())
    expect(guestSetup.parse(value)).toMatchObject({
      userName: 'ada',
      password: null,
      sshKeys: [publicKey],
      makesKeyPair: false,
    })
    expect(reason.english).toContain('ada@desk')
  })

  it('makes a pair for who has none', async () => {
    const { value, reason } = await proposeSetup(etc, sources())
    expect(value).toMatchObject({ sshKeys: [], makesKeyPair: true, packages: ['qemu-guest-agent'] })
    expect(reason.english).toContain('a key pair made for this machine')
  })

  it('needs nothing of this computer that it may not have', async () => {
    expect(guestSetup.safeParse((await proposeSetup(etc)).value).success).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'

import { parseOptions, UsageError } from './options.ts'

const env = { HOME: '/home/ada' }
const parse = (argv: string[], unknownOptions: 'refuse' | 'ignore' = 'refuse') =>
  parseOptions(argv, env, unknownOptions)

describe('what is said at the start', () => {
  it('opens a window on any free port when nothing is said', () => {
    expect(parse([])).toEqual({
      demoFleetPath: null,
      openWindow: true,
      port: 0,
      addressFilePath: null,
      hostsJson: null,
      imageCatalogue: null,
      folders: {
        configDir: '/home/ada/.config/strata',
        dataDir: '/home/ada/.local/share/strata',
        cacheDir: '/home/ada/.cache/strata',
        stateDir: '/home/ada/.local/state/strata',
        homeDir: '/home/ada',
      },
    })
  })

  it('takes every option, and makes paths absolute before anything changes folder', () => {
    const options = parse(['--demo', 'fleet.xml', '--no-window', '--port', '8123', '--address-file=/run/a.json'])
    expect(options).toMatchObject({ openWindow: false, port: 8123, addressFilePath: '/run/a.json' })
    expect(options.demoFleetPath).toBe(`${process.cwd()}/fleet.xml`)
  })

  it.each([
    ['--port', '0'],
    ['--port', '65536'],
    ['--port', '80a'],
    ['--port', '-1'],
    ['--port='],
    ['--demo', ''],
    ['--dmeo', 'x'],
    ['stray'],
  ])('refuses %s %s and says how it goes', (...argv) => {
    expect(() => parse(argv)).toThrow(UsageError)
    expect(() => parse(argv)).toThrow('strata [--demo FLEET.xml]')
  })

  it('leaves the runtime its own switches where it has some', () => {
    expect(parse(['--no-sandbox', '--enable-features=X', '--no-window', '.'], 'ignore').openWindow).toBe(false)
    expect(() => parse(['--demo'], 'ignore')).toThrow('--demo needs a path')
  })

  it('uses the XDG folders, but not relative ones', () => {
    const { folders } = parseOptions([], { HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: 'data' }, 'refuse')
    expect(folders).toMatchObject({ configDir: '/c/strata', dataDir: '/h/.local/share/strata' })
  })
})

import { EventEmitter } from 'node:events'
import { vi } from 'vitest'

/**
 * Stands for the runtime, which a test cannot start everywhere: it notes in which order the shell does what, and
 * lets a test send the events that the runtime would.
 */
export function fakeElectron() {
  const order: string[] = []
  const note = (what: string) => order.push(what)
  let ready: () => void = () => undefined
  const whenReady = new Promise<void>((resolve) => (ready = resolve))

  class Contents extends EventEmitter {
    openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
    setWindowOpenHandler(handler: typeof this.openHandler) {
      this.openHandler = handler
    }
  }
  const windows: FakeWindow[] = []
  class FakeWindow extends EventEmitter {
    readonly webContents = new Contents()
    readonly loadURL = vi.fn(() => Promise.resolve())
    constructor(readonly options: { webPreferences: Record<string, unknown> }) {
      super()
      windows.push(this)
      app.emit('web-contents-created', {}, this.webContents)
      note('window')
    }
    getNormalBounds = () => ({ x: 1, y: 2, width: 1000, height: 700 })
    isMaximized = () => false
    isMinimized = () => false
    show = vi.fn()
    focus = vi.fn()
    close() {
      this.emit('close')
      this.emit('closed')
      app.emit('window-all-closed')
    }
  }

  class Child extends EventEmitter {
    readonly posted: { type: string }[] = []
    postMessage = (message: { type: string }) => void this.posted.push(message)
    kill = vi.fn(() => this.emit('exit', 143))
  }
  const children: Child[] = []

  const app = Object.assign(new EventEmitter(), {
    enableSandbox: () => note('sandbox'),
    setPath: () => note('folders'),
    requestSingleInstanceLock: vi.fn(() => true),
    whenReady: () => whenReady,
    quit: vi.fn(),
    exit: vi.fn(),
  })
  const area = { x: 0, y: 0, width: 1920, height: 1080 }
  const display = { id: 1, workArea: area }
  const electron = {
    app,
    BrowserWindow: FakeWindow,
    dialog: { showMessageBox: vi.fn(() => Promise.resolve({ response: 1 })) },
    ipcMain: new EventEmitter(),
    Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: vi.fn() },
    MessageChannelMain: class {
      port1 = { close: vi.fn(), postMessage: vi.fn() }
      port2 = { close: vi.fn(), postMessage: vi.fn() }
    },
    nativeTheme: { shouldUseDarkColors: true },
    protocol: {
      registerSchemesAsPrivileged: () => note('scheme'),
      handle: () => note('handler'),
    },
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
    session: {
      defaultSession: Object.assign(new EventEmitter(), {
        setPermissionRequestHandler: () => note('permissions'),
        setPermissionCheckHandler: () => undefined,
        setDevicePermissionHandler: () => undefined,
        setDisplayMediaRequestHandler: () => undefined,
      }),
    },
    shell: { openExternal: vi.fn(() => Promise.resolve()) },
    utilityProcess: {
      fork: () => {
        const child = new Child()
        children.push(child)
        note('engine')
        return child
      },
    },
  }
  const becomeReady = () => {
    note('ready')
    ready()
  }
  return { electron, order, windows, children, becomeReady }
}

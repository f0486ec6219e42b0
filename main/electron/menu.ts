import type { MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  /** Shows a page of the renderer's router. */
  go(path: string): void
  openLink(url: string): void
}

export const DOCUMENTATION_URL = 'https://libvirt.org/docs.html'

/**
 * The application's menu. Accelerators are few: with a focused console every other key belongs to the guest.
 * On macOS the first menu carries the application's name and its usual entries.
 */
export function menuTemplate(platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const newMachine: MenuItemConstructorOptions = {
    label: 'New machine…',
    accelerator: 'CmdOrCtrl+N',
    click: () => actions.go('/new'),
  }
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.go('/settings'),
  }
  return [
    ...(isMac ? [applicationMenu(settings)] : []),
    {
      label: '&Machine',
      submenu: [
        newMachine,
        ...(isMac ? [] : [settings]),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { label: 'All machines', click: () => actions.go('/') },
        { label: 'Cloud images', click: () => actions.go('/images') },
        { label: 'Trash', click: () => actions.go('/trash') },
        { type: 'separator' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'reload' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: "libvirt's documentation", click: () => actions.openLink(DOCUMENTATION_URL) }] },
  ]
}

function applicationMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  }
}

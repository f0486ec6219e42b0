import type { MenuItemConstructorOptions } from 'electron'

import { shellTexts } from './shell.en.ts'

const text = shellTexts.menu

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
    label: text.newMachine,
    accelerator: 'CmdOrCtrl+N',
    click: () => actions.go('/new'),
  }
  const settings: MenuItemConstructorOptions = {
    label: text.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.go('/settings'),
  }
  return [
    ...(isMac ? [applicationMenu(settings)] : []),
    {
      label: text.machine,
      submenu: [
        newMachine,
        ...(isMac ? [] : [settings]),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: text.view,
      submenu: [
        { label: text.allMachines, click: () => actions.go('/') },
        { label: text.cloudImages, click: () => actions.go('/images') },
        { label: text.trash, click: () => actions.go('/trash') },
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
    {
      role: 'help',
      submenu: [
        { label: text.libvirtDocumentation, click: () => actions.openLink(DOCUMENTATION_URL) },
        { type: 'separator' },
        // Version, licences and notices stand there.
        { label: text.about, click: () => actions.go('/settings') },
      ],
    },
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

import { FILE_TYPES } from './file-types.ts'
import type { Identity } from './identity.ts'

/**
 * The desktop entry: found by what people type, with an act of its own.
 * @param command how the program is started, without arguments
 */
export function desktopEntry({ id, productName }: Pick<Identity, 'id' | 'productName'>, command: string): string {
  return `[Desktop Entry]
Type=Application
Version=1.0
Name=${productName}
GenericName=Virtual Machines
Comment=Make, use and look through virtual machines
Exec=${command} %f
Icon=${id}
Terminal=false
StartupNotify=true
StartupWMClass=Strata
Categories=System;Emulator;
Keywords=vm;virtual machine;virtualization;libvirt;qemu;kvm;iso;hypervisor;
MimeType=${FILE_TYPES.join(';')};
Actions=new-machine;

[Desktop Action new-machine]
Name=New Machine
Exec=${command} --new
Icon=${id}
`
}

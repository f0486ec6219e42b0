import type { Release } from './changelog.ts'
import { FILE_TYPES } from './file-types.ts'
import type { Identity } from './identity.ts'
import { xmlText } from './xml-text.ts'

const pictures = [
  { name: 'machines.png', caption: 'All machines of this computer, with their state, load and addresses' },
  { name: 'create.png', caption: 'A new machine: choose an image, look at the proposed values, create' },
  { name: 'cross-section.png', caption: 'The cross-section: what carries what, from an address to a disk' },
  { name: 'restore-points.png', caption: 'Restore points, each with the screen of its moment' },
]

/** What software centres show: AppStream's metainfo. */
export function metainfo({ id, productName, homepage, bugs }: Identity, releases: readonly Release[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>${id}</id>
  <metadata_license>MIT</metadata_license>
  <project_license>MIT</project_license>
  <name>${productName}</name>
  <summary>Virtual machines on libvirt and QEMU</summary>
  <developer id="io.github.strata_vm">
    <name>Strata contributors</name>
  </developer>
  <description>
    <p>
      Make a virtual machine from a cloud image in two clicks or from an installation image in three, use its screen,
      keep moments of it that you can go back to, and look through it: from the guest's address down to the disk that
      carries it.
    </p>
    <p>What it does:</p>
    <ul>
      <li>Machines from cloud images, ISOs, disk images, appliances and libvirt XML, with fitting values and the reasons for them</li>
      <li>Screen, keyboard and mouse of a machine in the window; restore points; graphs of minutes to months</li>
      <li>The cause when a machine does not start, with buttons that mend it</li>
      <li>Nothing is deleted without telling which files and bytes go, and the trash gives it back</li>
    </ul>
  </description>
  <launchable type="desktop-id">${id}.desktop</launchable>
  <url type="homepage">${homepage}</url>
  <url type="bugtracker">${bugs}</url>
  <provides>
    <binary>strata</binary>
${FILE_TYPES.map((type) => `    <mediatype>${type}</mediatype>`).join('\n')}
  </provides>
  <categories>
    <category>System</category>
    <category>Emulator</category>
  </categories>
  <keywords>
    <keyword>libvirt</keyword>
    <keyword>QEMU</keyword>
    <keyword>KVM</keyword>
  </keywords>
  <screenshots>
${pictures.map((picture, index) => screenshot(homepage, picture, index === 0)).join('\n')}
  </screenshots>
  <content_rating type="oars-1.1"/>
  <releases>
${releases.map(release).join('\n')}
  </releases>
</component>
`
}

const screenshot = (homepage: string, { name, caption }: (typeof pictures)[number], isFirst: boolean) =>
  `    <screenshot${isFirst ? ' type="default"' : ''}>
      <caption>${xmlText(caption)}</caption>
      <image>${homepage}/raw/main/docs/pictures/${name}</image>
    </screenshot>`

const release = ({ version, date, points }: Release) =>
  `    <release version="${version}" date="${date}">
      <description>
        <ul>
${points.map((point) => `          <li>${xmlText(point)}</li>`).join('\n')}
        </ul>
      </description>
    </release>`

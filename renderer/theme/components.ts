/**
 * How the component library's parts look here, given to its Vite plugin. Buttons are quiet and 28 px high
 * unless they say otherwise; one that is the page's act has color="primary" variant="solid".
 */
const focus = 'focus-visible:outline-2 focus-visible:outline-offset-1 focus-visible:outline-(--focus)'

export const componentTheme = {
  colors: { primary: 'teal', neutral: 'neutral' },
  button: {
    slots: {
      base: `rounded-[6px] font-medium whitespace-nowrap disabled:opacity-50 aria-disabled:opacity-50 ${focus}`,
    },
    variants: {
      size: {
        xs: { base: 'h-6 px-2 py-0 text-xs', leadingIcon: 'size-3.5', trailingIcon: 'size-3.5' },
        sm: { base: 'h-7 px-3 py-0 text-sm', leadingIcon: 'size-4', trailingIcon: 'size-4' },
        md: { base: 'h-8 px-4 py-0 text-sm', leadingIcon: 'size-4', trailingIcon: 'size-4' },
      },
    },
    compoundVariants: [
      { color: 'primary', variant: 'solid', class: 'hover:bg-(--accent-strong) active:bg-(--accent-strong)' },
      { color: 'neutral', variant: 'outline', class: 'ring-(--line-strong) hover:bg-sunken' },
      { color: 'neutral', variant: 'ghost', class: 'text-muted hover:text-default' },
    ],
    defaultVariants: { color: 'neutral', variant: 'outline', size: 'sm' },
  },
  input: {
    slots: { base: 'rounded-[6px]' },
    variants: { size: { sm: { base: 'h-7 text-sm' }, md: { base: 'h-8 text-sm' } } },
    defaultVariants: { size: 'sm' },
  },
  select: { defaultVariants: { size: 'sm' } },
  modal: {
    slots: {
      title: 'text-base font-semibold',
      close: 'top-3',
      content: 'rounded-lg',
      header: 'min-h-12 px-4 py-2.5 sm:px-4',
      body: 'px-4 py-3 sm:px-4 sm:py-3',
      footer: 'px-4 py-3 sm:px-4',
    },
    variants: { overlay: { true: { overlay: 'bg-black/40' } } },
  },
  contextMenu: { variants: { size: { md: { itemLeadingIcon: 'size-4' } } } },
  dropdownMenu: { variants: { size: { md: { itemLeadingIcon: 'size-4' } } } },
} as const

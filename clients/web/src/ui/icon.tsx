/** The drawings, as paths of a 24 by 24 grid. */
const PATHS = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm9 16-4-4',
  plus: 'M12 5v14M5 12h14',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4',
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M5 12h13M12 5l7 7-7 7',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  down: 'M12 5v14M5 12l7 7 7-7',
  reply: 'M10 7l-5 5 5 5M5 12h9a5 5 0 0 1 5 5v1',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8.5 14.5a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  pin: 'M12 16v5M8 4h8l-1 6 3 3v2H6v-2l3-3Z',
  bellOff: 'M9.5 20h5M6 9a6 6 0 0 1 9-5.2M18 10c0 4 1.5 5.5 2 6H8M4 4l16 16',
  attach: 'M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.3a3 3 0 0 1 4.3 4.2l-7.7 7.7a1.5 1.5 0 0 1-2.2-2.1L14 7.5',
  file: 'M13 3H7v18h10V8ZM13 3v5h4',
  picture: 'M4 5h16v14H4ZM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  check: 'M5 13l4 4L19 7',
  people:
    'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11Zm-6 8a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6M17.5 14A5.5 5.5 0 0 1 21 19',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4l3 2',
  warn: 'M12 4l9 16H3ZM12 10v4M12 17h.01',
  edit: 'M4 20l1-5L16 4l4 4L9 19ZM14 6l4 4',
} as const;

/** Draws an icon. It has no name: the control around it has one. */
export function Icon({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

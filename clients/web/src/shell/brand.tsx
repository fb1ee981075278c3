import mark from '../icons/vestnik.svg';

/** The mark of the messenger. */
export function Brand() {
  return <img className="brand" src={mark} alt="" width="56" height="56" />;
}

import { useId } from 'react';

interface SegmentsProps<Value extends string> {
  title: string;
  options: Record<Value, string>;
  value: Value;
  onValue: (value: Value) => void;
}

/** A setting with a few values, all in view. */
export function Segments<Value extends string>({ title, options, value, onValue }: SegmentsProps<Value>) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className="section-head">
        <h3 id={id}>{title}</h3>
      </div>
      <div className="segments" role="group" aria-labelledby={id}>
        {(Object.keys(options) as Value[]).map((each) => (
          <button
            key={each}
            type="button"
            className="segment"
            aria-pressed={each === value}
            onClick={() => onValue(each)}
          >
            {options[each]}
          </button>
        ))}
      </div>
    </section>
  );
}

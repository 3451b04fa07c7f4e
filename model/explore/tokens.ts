/**
 * Objects that tell what is looked at in them.
 *
 * In place of a value such an object has a token. Who asks for a field by its name gets the value, and that is noted as a look.
 * Who copies the whole object (`{ ...copy }`, `list.slice()`) gets the tokens: nothing has been looked at, and where a token
 * turns up again, what was there before has been handed on. Whoever tries to make use of a token is told that it cannot be.
 */

/** Something was to be made of a token, and it is no value. */
export class TokenUsed extends Error {
  override readonly name = "TokenUsed";
}

interface Token {
  readonly look: number;
  readonly value: () => unknown;
  /** Whether it is looked at also where it is copied. */
  readonly isNeverCopied: boolean;
}

const unusable: ProxyHandler<object> = {
  get(): never {
    throw new TokenUsed("what was only copied was made use of");
  },
};

export class Tokens {
  /** Whether copies have tokens in them; if not, everything that is copied has been looked at. */
  areCopied = true;
  private readonly known = new Map<unknown, Token>();
  private readonly targets = new WeakMap<object, object>();
  private readonly note: (look: number) => void;
  /** The field that is being copied: a copy asks for each field's description first, and then for its value. */
  private copied: string | symbol | undefined;

  private readonly handler: ProxyHandler<object> = {
    getOwnPropertyDescriptor: (target, key) => {
      this.copied = key;
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    get: (target, key) => {
      if (key === "slice" && this.areCopied && Array.isArray(target)) return () => target.slice();
      const value: unknown = target[key as keyof typeof target];
      const isCopied = this.copied === key && this.areCopied;
      this.copied = undefined;
      const token = this.known.get(value);
      if (token === undefined || (isCopied && !token.isNeverCopied)) return value;
      this.note(token.look);
      return token.value();
    },
  };

  constructor(note: (look: number) => void) {
    this.note = note;
  }

  /** A token for a value. */
  token<Value>(look: number, value: () => Value, isNeverCopied = false): Value {
    const token = new Proxy({}, unusable);
    this.known.set(token, { look, value, isNeverCopied });
    return token as Value;
  }

  /** What is looked at by asking for what a token stands for; undefined for a value. */
  lookOf(value: unknown): number | undefined {
    return this.known.get(value)?.look;
  }

  /** What is there: the value that a token stands for, which is looked at by that; other values are themselves. */
  valueOf<Value>(value: Value): Value {
    const token = this.known.get(value);
    if (token === undefined) return value;
    this.note(token.look);
    return token.value() as Value;
  }

  /** The object, where looks at its tokens are noted. Nothing else of it can be told from itself. */
  watched<Target extends object>(target: Target): Target {
    const watched = new Proxy<Target>(target, this.handler);
    this.targets.set(watched, target);
    return watched;
  }

  /** What is behind an object that is watched, tokens and all; other objects are themselves. */
  behind<Target extends object>(watched: Target): Target {
    return (this.targets.get(watched) as Target | undefined) ?? watched;
  }

  isWatched(object: object): boolean {
    return this.targets.has(object);
  }
}

// How this implementation says no: with the code that docs/formats.md names.

export class Refused extends Error {}

export const refuse = (code) => {
  throw new Refused(code);
};

export const need = (condition, code) => condition || refuse(code);

// The code with which something is refused, or undefined.
export function refusal(attempt) {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}

import type { ButtonHTMLAttributes, ComponentChildren } from "preact";

type Look = "main" | "plain" | "bad";

type ButtonProps = Omit<ButtonHTMLAttributes, "icon"> & {
  look?: Look;
  /** The name of a button that shows an icon alone. */
  name?: string;
  children: ComponentChildren;
};

export function Button({ look, name, children, class: given, type = "button", ...rest }: ButtonProps) {
  const more = typeof given === "string" ? given : "";
  const classes = `button ${look ?? ""} ${name === undefined ? "" : "icon"} ${more}`;
  return (
    <button {...rest} type={type} class={classes} {...(name === undefined ? {} : { "aria-label": name, title: name })}>
      {children}
    </button>
  );
}

// The functions that derivative rules are written with, so that a rule reads as mathematics.

func sin(_ x: Template) -> Template { .apply("sin", [x]) }
func cos(_ x: Template) -> Template { .apply("cos", [x]) }
func sinh(_ x: Template) -> Template { .apply("sinh", [x]) }
func cosh(_ x: Template) -> Template { .apply("cosh", [x]) }
func exp(_ x: Template) -> Template { .apply("exp", [x]) }
func log(_ x: Template) -> Template { .apply("log", [x]) }
func sqrt(_ x: Template) -> Template { .apply("sqrt", [x]) }
func sign(_ x: Template) -> Template { .apply("sign", [x]) }
func sigmoid(_ x: Template) -> Template { .apply("sigmoid", [x]) }
func step(_ x: Template) -> Template { .apply("step", [x]) }
func digamma(_ x: Template) -> Template { .apply("digamma", [x]) }
func trigamma(_ x: Template) -> Template { .apply("trigamma", [x]) }
func polygamma(_ n: Template, _ x: Template) -> Template { .apply("polygamma", [n, x]) }
func equal(_ x: Template, _ y: Template) -> Template { .apply("equal", [x, y]) }
func less(_ x: Template, _ y: Template) -> Template { .apply("less", [x, y]) }
func power(_ x: Template, _ y: Template) -> Template { .apply("power", [x, y]) }
func square(_ x: Template) -> Template { .apply("power", [x, 2]) }
func select(_ condition: Template, _ yes: Template, _ no: Template) -> Template {
  .apply("select", [condition, yes, no])
}
func expm1(_ x: Template) -> Template { .apply("expm1", [x]) }
func tan(_ x: Template) -> Template { .apply("tan", [x]) }
func tanh(_ x: Template) -> Template { .apply("tanh", [x]) }
func cosm1(_ x: Template) -> Template { .apply("cosm1", [x]) }
func coshm1(_ x: Template) -> Template { .apply("coshm1", [x]) }
/// One of the families `exp_moment`, `cos_moment` …
func moment(_ name: String, _ a: Template, _ b: Template, _ x: Template) -> Template {
  .apply(name + "_moment", [a, b, x])
}
func logMoment(_ n: Template, _ x: Template) -> Template { .apply("log_moment", [n, x]) }
func log1p(_ x: Template) -> Template { .apply("log1p", [x]) }
func softplus(_ x: Template) -> Template { .apply("softplus", [x]) }
func log1mexp(_ x: Template) -> Template { .apply("log1mexp", [x]) }
func cospi(_ x: Template) -> Template { .apply("cospi", [x]) }
func sinpi(_ x: Template) -> Template { .apply("sinpi", [x]) }
func abs(_ x: Template) -> Template { .apply("abs", [x]) }
func hypot(_ x: Template, _ y: Template) -> Template { .apply("hypot", [x, y]) }
func inverseLength(_ x: Template) -> Template { .apply("inverse_length", [x]) }
/// The longer leg times a root that does not overflow.
func hypotenuse(_ x: Template, _ y: Template) -> Template {
  let long = Template.apply("max", [abs(x), abs(y)])
  let share = .apply("min", [abs(x), abs(y)]) / long
  return select(equal(long, 0), 0, long * sqrt(1 + square(share)))
}
func copysign(_ x: Template, _ y: Template) -> Template { .apply("copysign", [x, y]) }
func normalPDF(_ x: Template) -> Template { .apply("normal_pdf", [x]) }
func erfcxMoment(_ n: Template, _ x: Template) -> Template { .apply("erfcx_moment", [n, x]) }

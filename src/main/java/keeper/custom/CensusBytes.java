// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.custom;

import java.util.List;
import keeper.check.Census;
import keeper.check.Use;
import keeper.rule.Rule;
import keeper.text.Packed;

/** A census as bytes, to be kept between runs. */
public final class CensusBytes {
  private static final Use.Phase[] PHASES = Use.Phase.values();
  private static final Use.Entry[] ENTRIES = Use.Entry.values();
  private static final Use.State[] STATES = Use.State.values();
  private static final Rule.Access[] KINDS = Rule.Access.values();

  private CensusBytes() {}

  public static byte[] write(Census census) {
    Packed.Writer out = new Packed.Writer();
    out.text(census.path());
    out.all(census.uses(), counted -> use(counted, out));
    out.all(census.exports(), export -> {
      out.text(export.function());
      out.number(export.parameter());
      out.number(export.kind().ordinal());
      out.text(export.on());
      out.number(export.onParameter() + 1);
      out.all(export.own(), own -> out.number(own + 1));
      out.all(export.kept(), kept -> {
        out.number(kept.parameter() + 1);
        out.text(kept.lock());
        out.number(kept.state().ordinal());
      });
    });
    out.all(census.statics(), out::text);
    out.all(census.remarks(), remark -> {
      out.text(remark.struct());
      out.text(remark.member());
      out.text(remark.lock());
      out.number(remark.line());
      out.text(remark.text());
    });
    out.all(census.others(), out::text);
    return out.bytes();
  }

  private static void use(Census.Counted counted, Packed.Writer out) {
    Use use = counted.use();
    out.text(use.function());
    out.number(use.line());
    out.number(counted.count());
    out.number(use.kind().ordinal() | use.phase().ordinal() << 2 | use.entry().ordinal() << 4 | (use.intended() ? 64 : 0) | (use.seen() ? 128 : 0));
    out.text(use.by());
    out.number(use.parameter() + 1);
    out.all(use.names(), name -> {
      out.text(name.struct());
      out.text(name.home());
      out.text(name.member());
      out.number(name.self());
      out.all(name.guards(), guard -> {
        out.text(guard.lock());
        out.number(guard.state().ordinal());
      });
    });
    out.all(use.others(), out::text);
  }

  /** @throws RuntimeException for bytes that {@link #write} did not write */
  public static Census read(byte[] bytes) {
    Packed.Reader in = new Packed.Reader(bytes);
    return new Census(in.text(), in.all(CensusBytes::use), in.all(CensusBytes::export), in.all(Packed.Reader::text), in.all(r -> new Census.Remark(r.text(), r.text(), r.text(), r.number(), r.text())),
        in.all(Packed.Reader::text));
  }

  private static Census.Export export(Packed.Reader in) {
    return new Census.Export(in.text(), in.number(), KINDS[in.number()], in.text(), in.number() - 1, in.all(r -> r.number() - 1),
        in.all(r -> new Census.Kept(r.number() - 1, r.text(), STATES[r.number()])));
  }

  private static Census.Counted use(Packed.Reader in) {
    String function = in.text();
    int line = in.number();
    int count = in.number();
    int bits = in.number();
    String by = in.text();
    int parameter = in.number() - 1;
    List<Use.Name> names = in.all(CensusBytes::name);
    List<String> others = in.all(Packed.Reader::text);
    return new Census.Counted(new Use(function, line, KINDS[bits & 3], by, parameter, PHASES[bits >> 2 & 3], (bits & 64) != 0, ENTRIES[bits >> 4 & 3], (bits & 128) != 0, names, others), count);
  }

  private static Use.Name name(Packed.Reader in) {
    String struct = in.text();
    String home = in.text();
    String member = in.text();
    int self = in.number();
    return new Use.Name(struct, home, member, in.all(r -> new Use.Guard(r.text(), STATES[r.number()])), self);
  }
}

// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.custom;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import keeper.check.Census;
import keeper.check.Use;
import keeper.rule.Rule;

/**
 * A census as bytes, to be kept between runs: a version, the strings once, numbers of variable length, a checksum at the end. Whatever does not read back
 * whole is no census: it is counted again.
 */
public final class CensusBytes {
  /** Changes whenever the format, or what is counted, does. */
  public static final int VERSION = 1;

  private static final Use.Phase[] PHASES = Use.Phase.values();
  private static final Use.Entry[] ENTRIES = Use.Entry.values();
  private static final Use.State[] STATES = Use.State.values();
  private static final Rule.Access[] KINDS = Rule.Access.values();

  private CensusBytes() {}

  public static byte[] write(Census census) {
    Writer out = new Writer();
    out.string(census.path());
    out.number(census.uses().size());
    for (Census.Counted counted : census.uses()) use(counted, out);
    out.number(census.exports().size());
    for (Census.Export export : census.exports()) {
      out.string(export.function());
      out.number(export.parameter());
      out.number(export.kind().ordinal());
      out.string(export.on());
      out.number(export.onParameter() + 1);
      out.number(export.own().size());
      for (int own : export.own()) out.number(own + 1);
      out.number(export.kept().size());
      for (Census.Kept kept : export.kept()) {
        out.number(kept.parameter() + 1);
        out.string(kept.lock());
        out.number(kept.state().ordinal());
      }
    }
    out.number(census.statics().size());
    for (String name : census.statics()) out.string(name);
    out.number(census.remarks().size());
    for (Census.Remark remark : census.remarks()) {
      out.string(remark.struct());
      out.string(remark.member());
      out.string(remark.lock());
      out.number(remark.line());
      out.string(remark.text());
    }
    return out.whole();
  }

  private static void use(Census.Counted counted, Writer out) {
    Use use = counted.use();
    out.string(use.function());
    out.number(use.line());
    out.number(counted.count());
    out.number(use.kind().ordinal() | use.phase().ordinal() << 2 | use.entry().ordinal() << 4 | (use.intended() ? 64 : 0) | (use.seen() ? 128 : 0));
    out.string(use.by());
    out.number(use.parameter() + 1);
    out.number(use.names().size());
    for (Use.Name name : use.names()) {
      out.string(name.struct());
      out.string(name.home());
      out.string(name.member());
      out.number(name.self());
      out.number(name.guards().size());
      for (Use.Guard guard : name.guards()) {
        out.string(guard.lock());
        out.number(guard.state().ordinal());
      }
    }
    out.number(use.others().size());
    for (String other : use.others()) out.string(other);
  }

  /** Empty for anything that {@link #write} did not write in this version. */
  public static Optional<Census> read(byte[] bytes) {
    try {
      Reader in = Reader.of(bytes);
      return in == null ? Optional.empty() : Optional.of(census(in));
    } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
      return Optional.empty();
    }
  }

  private static Census census(Reader in) {
    String path = in.string();
    int count = in.number();
    List<Census.Counted> uses = new ArrayList<>();
    for (int i = 0; i < count; i++) uses.add(use(in));
    count = in.number();
    List<Census.Export> exports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String function = in.string();
      int parameter = in.number();
      Rule.Access kind = KINDS[in.number()];
      String on = in.string();
      int onParameter = in.number() - 1;
      List<Integer> own = new ArrayList<>();
      for (int k = in.number(); k > 0; k--) own.add(in.number() - 1);
      List<Census.Kept> kept = new ArrayList<>();
      for (int k = in.number(); k > 0; k--) kept.add(new Census.Kept(in.number() - 1, in.string(), STATES[in.number()]));
      exports.add(new Census.Export(function, parameter, kind, on, onParameter, own, kept));
    }
    count = in.number();
    List<String> statics = new ArrayList<>();
    for (int i = 0; i < count; i++) statics.add(in.string());
    count = in.number();
    List<Census.Remark> remarks = new ArrayList<>();
    for (int i = 0; i < count; i++) remarks.add(new Census.Remark(in.string(), in.string(), in.string(), in.number(), in.string()));
    return new Census(path, uses, exports, statics, remarks);
  }

  private static Census.Counted use(Reader in) {
    String function = in.string();
    int line = in.number();
    int count = in.number();
    int bits = in.number();
    String by = in.string();
    int parameter = in.number() - 1;
    List<Use.Name> names = new ArrayList<>(2);
    for (int i = in.number(); i > 0; i--) {
      String struct = in.string();
      String home = in.string();
      String member = in.string();
      int self = in.number();
      List<Use.Guard> guards = new ArrayList<>(2);
      for (int k = in.number(); k > 0; k--) guards.add(new Use.Guard(in.string(), STATES[in.number()]));
      names.add(new Use.Name(struct, home, member, guards, self));
    }
    List<String> others = new ArrayList<>(2);
    for (int i = in.number(); i > 0; i--) others.add(in.string());
    Use use = new Use(function, line, KINDS[bits & 3], by, parameter, PHASES[bits >> 2 & 3], (bits & 64) != 0, ENTRIES[bits >> 4 & 3], (bits & 128) != 0, names, others);
    return new Census.Counted(use, count);
  }

  /** Strings are numbered as they come; a new one stands where it comes first. */
  private static final class Writer {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    private final Map<String, Integer> strings = new LinkedHashMap<>();

    void number(int value) {
      int rest = value;
      while ((rest & ~127) != 0) {
        body.write(rest & 127 | 128);
        rest >>>= 7;
      }
      body.write(rest);
    }

    void string(String text) {
      Integer known = strings.get(text);
      if (known != null) {
        number(known + 1);
        return;
      }
      strings.put(text, strings.size());
      number(0);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      number(bytes.length);
      body.write(bytes, 0, bytes.length);
    }

    byte[] whole() {
      byte[] content = body.toByteArray();
      byte[] whole = new byte[content.length + 5];
      whole[0] = VERSION;
      System.arraycopy(content, 0, whole, 1, content.length);
      int sum = sum(whole, content.length + 1);
      for (int i = 0; i < 4; i++) whole[content.length + 1 + i] = (byte) (sum >>> 8 * i);
      return whole;
    }
  }

  private static int sum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static final class Reader {
    private final byte[] bytes;
    private final int end;
    private int at = 1;
    private final List<String> strings = new ArrayList<>();

    private Reader(byte[] bytes) {
      this.bytes = bytes;
      this.end = bytes.length - 4;
    }

    static Reader of(byte[] bytes) {
      if (bytes.length < 5 || bytes[0] != VERSION) return null;
      int sum = 0;
      for (int i = 0; i < 4; i++) sum |= (bytes[bytes.length - 4 + i] & 255) << 8 * i;
      return sum == sum(bytes, bytes.length - 4) ? new Reader(bytes) : null;
    }

    int number() {
      int value = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        if (at >= end) throw new IndexOutOfBoundsException();
        byte b = bytes[at++];
        value |= (b & 127) << shift;
        if (b >= 0) return value;
      }
      throw new IndexOutOfBoundsException();
    }

    String string() {
      int known = number();
      if (known > 0) return strings.get(known - 1);
      int length = number();
      if (length < 0 || length > end - at) throw new IndexOutOfBoundsException();
      String text = new String(bytes, at, length, StandardCharsets.UTF_8);
      at += length;
      strings.add(text);
      return text;
    }
  }
}

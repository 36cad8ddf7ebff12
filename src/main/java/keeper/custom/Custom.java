// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.custom;

import java.util.List;

/**
 * A lock that guards a member by custom.
 *
 * @param struct which struct
 * @param home the file that defines it
 * @param member its member, {@code a.b} for one of a struct inside or behind a pointer
 * @param lock as reached from the object; {@code &name} for a global one
 * @param source what the rule rests on in the first place
 * @param reads reads need it too
 * @param rcuReaders readers in an RCU read-side section are right without it
 * @param writes how the writes count
 * @param read how the reads count
 * @param teardown uses behind the last reference that hold it, 0 when one of them does not
 * @param remark what a comment says, empty when none does
 * @param folders where the member is used
 */
public record Custom(String struct, String home, String member, String lock, Source source, boolean reads, boolean rcuReaders, Count writes, Count read, int teardown, String remark, List<String> folders)
    implements Comparable<Custom> {
  public Custom {
    folders = List.copyOf(folders);
  }

  /** What a rule rests on, strongest first. */
  public enum Source {
    /** A lockdep condition or assertion where the member is touched. */
    ASSERTED,
    /** Nearly all uses hold it. */
    COUNTED,
    /** A comment says so, and the uses do not speak against it. */
    REMARKED
  }

  /**
   * @param held uses that hold the lock
   * @param not uses that certainly do not
   * @param unknown uses of which it cannot be told
   * @param asserted those of {@code held} where the code says so itself
   * @param functions how many functions hold it
   * @param witnesses up to three of {@code held}, from different functions where there are
   * @param odd all of {@code not}
   */
  public record Count(int held, int not, int unknown, int asserted, int functions, List<Seen> witnesses, List<Seen> odd) {
    public Count {
      witnesses = List.copyOf(witnesses);
      odd = List.copyOf(odd);
    }

    /** Known ones. */
    public int total() {
      return held + not;
    }
  }

  /** A use, as people look it up. */
  public record Seen(String function, String path, int line) {
    @Override
    public String toString() {
      return function + "() " + path + ":" + line;
    }
  }

  /** By struct, member, lock. */
  @Override
  public int compareTo(Custom other) {
    int byHome = home.compareTo(other.home);
    if (byHome != 0) return byHome;
    int byStruct = struct.compareTo(other.struct);
    if (byStruct != 0) return byStruct;
    int byMember = member.compareTo(other.member);
    return byMember != 0 ? byMember : lock.compareTo(other.lock);
  }
}

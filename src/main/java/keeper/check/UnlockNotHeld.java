// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.check;

import java.util.ArrayList;
import java.util.List;
import keeper.flow.Step;
import keeper.lock.Act;
import keeper.lock.Lock;
import keeper.lock.Moment;
import keeper.lock.World;

/** A lock is released though this function has released it already, or has failed to get it. */
final class UnlockNotHeld implements Check {
  @Override
  public String id() {
    return "unlock-not-held";
  }

  @Override
  public void findings(Facts facts, List<Finding> findings) {
    for (Moment moment : facts.moments()) {
      if (!(moment.step() instanceof Step.Call call)) continue;
      Lock wrong = null;
      int held = 0;
      boolean unseen = false;
      String by = "";
      for (World world : moment.worlds()) {
        for (Act act : facts.held().acts(call, world)) {
          if (act.kind() != Act.Kind.RELEASE || act.isConditional() || act.entry() == null || !MissingUnlock.strict(act.family())) continue;
          if (!world.isFree(act.lock().path()) || world.findLike(act.lock()) != null || world.opaque()) held++;
          else wrong = act.lock();
          unseen |= world.unseen();
          by = act.by();
        }
      }
      if (wrong != null && (!unseen || held == 0)) findings.add(finding(facts, moment, wrong, by, held > 0));
    }
  }

  private Finding finding(Facts facts, Moment moment, Lock lock, String by, boolean some) {
    List<Witness> evidence = new ArrayList<>();
    for (Moment other : facts.moments()) {
      if (other == moment || !(other.step() instanceof Step.Call call)) continue;
      for (World world : other.worlds())
        for (Act act : facts.held().acts(call, world))
          if (act.lock().path().equals(lock.path()) && (act.kind() == Act.Kind.RELEASE || act.kind() == Act.Kind.ACQUIRE)) {
            Witness witness = new Witness(facts.place(call.at()), lock.text() + (act.kind() == Act.Kind.RELEASE ? " is released here" : " is taken here"));
            if (!evidence.contains(witness) && evidence.size() < 6) evidence.add(witness);
          }
    }
    evidence.add(new Witness(facts.place(moment.step().at()), "and released here again"));
    String message = "Is " + lock.text() + " still held here? " + (some ? "On one way to this " : "Before this ") + by + "() it has already been released, or was not obtained.";
    Confidence confidence = !some ? Confidence.CERTAIN : Branches.isUnderOwnCondition(facts.held(), moment) ? Confidence.POSSIBLE : Confidence.LIKELY;
    return new Finding(id(), "", facts.place(moment.step().at()), facts.name(), lock.text(), by, "release", facts.heldAt(moment.worlds()), confidence,
        some ? "assuming that this way can be gone" : "", message, evidence);
  }
}

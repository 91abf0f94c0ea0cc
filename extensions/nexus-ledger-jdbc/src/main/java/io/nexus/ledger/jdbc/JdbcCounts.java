package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerCounts;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The counts of a ledger in a database, on the ledger's own connection. */
record JdbcCounts(Session session) implements LedgerCounts {

  @Override
  public List<Standing> draw(NodeLease lease, List<Draw> draws) throws LedgerException {
    return session.durably(
        "draw counts",
        c -> {
          new Nodes(c, session.dialect()).renew(lease);
          var table = new CountTable(c, session.dialect());
          var ordered = new TreeMap<BudgetCycle, Draw>();
          draws.forEach(draw -> ordered.put(draw.charge(), draw));
          table.lock(ordered.keySet());
          var standings = table.standings(ordered.keySet(), lease);
          var granted = new TreeMap<BudgetCycle, Money>();
          ordered.forEach(
              (charge, draw) -> {
                var standing = standings.get(charge);
                if (standing != null) {
                  granted.put(charge, draw.of(draw.limit().minus(standing.outstanding())));
                }
              });
          table.add(granted, lease);
          var answer = new ArrayList<Standing>(draws.size());
          for (var draw : draws) {
            var before = standings.get(draw.charge());
            var more = granted.get(draw.charge());
            if (before != null && more != null) {
              answer.add(
                  new Standing(
                      draw.charge(),
                      more,
                      Money.ZERO,
                      before.outstanding().plus(more),
                      before.mine().plus(more)));
            }
          }
          return answer;
        });
  }

  @Override
  public List<Standing> giveBack(NodeLease lease, Map<BudgetCycle, Money> amounts)
      throws LedgerException {
    return session.lightly(
        "give counts back",
        c -> {
          var table = new CountTable(c, session.dialect());
          table.subtract(new TreeMap<>(amounts), lease);
          return List.copyOf(table.standings(amounts.keySet(), lease).values());
        });
  }

  @Override
  public void tidy() throws LedgerException {
    var _ =
        session.lightly(
            "forget counts",
            c -> {
              new CountTable(c, session.dialect()).tidy();
              return true;
            });
  }
}

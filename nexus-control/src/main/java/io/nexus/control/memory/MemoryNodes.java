package io.nexus.control.memory;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.memory.MemoryAccount.Holder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The gateways that have joined a ledger in memory. Not for concurrent use. */
final class MemoryNodes {

  private record Node(NodeLease membership, Instant renewed, Duration ttl) {
    boolean lives(Instant now) {
      return renewed.plus(ttl).isAfter(now);
    }
  }

  private final Map<String, Node> nodes = new HashMap<>();
  private final InstantSource clock;

  MemoryNodes(InstantSource clock) {
    this.clock = clock;
  }

  /** Registers a process, which takes the name from the previous one. */
  NodeLease join(String name, String incarnation, Duration ttl) {
    var former = nodes.get(name);
    long epoch = former == null ? 1 : former.membership().epoch() + 1;
    var membership = new NodeLease(name, incarnation, epoch);
    nodes.put(name, new Node(membership, clock.instant(), ttl));
    return membership;
  }

  /**
   * Renews the lease.
   *
   * @return the number of nodes alive
   * @throws LedgerException if another process has joined under the name
   */
  int renew(NodeLease membership) throws LedgerException {
    var node = nodes.get(membership.node());
    if (node == null || !node.membership().equals(membership)) {
      throw fenced(membership.node());
    }
    var now = clock.instant();
    nodes.put(membership.node(), new Node(membership, now, node.ttl()));
    return (int) nodes.values().stream().filter(each -> each.lives(now)).count();
  }

  /** Ends the lease. */
  void leave(NodeLease membership) throws LedgerException {
    renew(membership);
    nodes.remove(membership.node());
  }

  /** Registers the same process again. */
  NodeLease joinAgain(NodeLease membership) throws LedgerException {
    var node = nodes.get(membership.node());
    if (node == null || !node.membership().incarnation().equals(membership.incarnation())) {
      throw fenced(membership.node());
    }
    return join(membership.node(), membership.incarnation(), node.ttl());
  }

  /** Whether the node that limits the account is alive and has not registered again since. */
  boolean limits(MemoryAccount account) {
    var node = nodes.get(account.limitNode);
    return node != null
        && node.membership().epoch() == account.limitEpoch
        && node.lives(clock.instant());
  }

  /** Whether the holder is alive and still has its name. */
  boolean holds(Holder holder) {
    var node = nodes.get(holder.node());
    return node != null
        && node.lives(clock.instant())
        && node.membership().incarnation().equals(holder.incarnation());
  }

  private static LedgerException fenced(String node) {
    return new LedgerException(
        Kind.FENCED,
        "ledger: another process has joined as node '"
            + node
            + "': give each gateway its own [ledger] node");
  }
}

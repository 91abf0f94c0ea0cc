package io.nexus.server.litellm;

/** The result of the import so far. */
record Draft(Backends backends, Groups groups, Pricing pricing, Budgets budgets) {

  /** An empty one. */
  Draft(Notes notes) {
    this(new Backends(), new Groups(notes), new Pricing(), new Budgets());
  }
}

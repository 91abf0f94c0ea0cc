package io.nexus.server.litellm;

/** What the import has come to so far. */
record Draft(Backends backends, Groups groups, Pricing pricing, Budgets budgets) {

  /** An empty one. */
  Draft(Notes notes) {
    this(new Backends(), new Groups(notes), new Pricing(), new Budgets());
  }
}

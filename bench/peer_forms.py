# SPDX-License-Identifier: Apache-2.0
"""The engine's rule as one would write it with a graph or matrix library of Python: for engine_peers.py.

Each form is made from a register and a source of random numbers, and gives a function from the assets damaged in a
scenario to how many fail (the matrix form: a list of counts, as it runs many scenarios of its own at once). A form
whose library is not installed raises ImportError.
"""
from collections import deque


def networkx_successors(register, _):
    """As one would write it: a graph with a node for each group, attributes, successors()."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(register.asset_count))
    for index, (consumer, need, suppliers, _) in enumerate(register.groups):
        name = ("group", index)
        graph.add_node(name, slack=len(suppliers) - need)
        graph.add_edge(name, consumer)
        for supplier in suppliers:
            count = graph[supplier][name]["count"] + 1 if graph.has_edge(supplier, name) else 1
            graph.add_edge(supplier, name, count=count)

    def cascade(damaged):
        failed, lost, queue = set(damaged), {}, deque(damaged)
        while queue:
            asset = queue.popleft()
            for name in graph.successors(asset):
                lost[name] = lost.get(name, 0) + graph[asset][name]["count"]
                if lost[name] > graph.nodes[name]["slack"]:
                    for consumer in graph.successors(name):
                        if consumer not in failed:
                            failed.add(consumer)
                            queue.append(consumer)
        return len(failed)

    return cascade


def networkx_lists(register, rng):
    """Its adjacency taken out once as plain lists, then the worklist."""
    import networkx

    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(register.asset_count))
    for index, (_, _, suppliers, strengths) in enumerate(register.groups):
        for supplier, strength in zip(suppliers, strengths):
            graph.add_edge(supplier, register.asset_count + index, strength=strength)
    feeds = [[(name - register.asset_count, edge["strength"]) for name, edges in graph.adj[node].items()
              for edge in edges.values()] for node in range(register.asset_count)]
    return worklist(register, feeds, rng)


def worklist(register, feeds, rng):
    slack = [len(suppliers) - need for _, need, suppliers, _ in register.groups]
    consumers = [consumer for consumer, _, _, _ in register.groups]

    def cascade(damaged):
        failed, lost, queue = set(damaged), {}, list(damaged)
        for asset in queue:
            for group, strength in feeds[asset]:
                if strength < 1 and rng.random() >= strength:
                    continue
                count = lost.get(group, 0) + 1
                lost[group] = count
                if count > slack[group] and consumers[group] not in failed:
                    failed.add(consumers[group])
                    queue.append(consumers[group])
        return len(failed)

    return cascade


def bonds_of(register):
    return [(supplier, consumer, strength) for consumer, _, suppliers, strengths in register.groups
            for supplier, strength in zip(suppliers, strengths)]


def networkx_descendants(register, rng):
    """W1: the active dependencies as a subgraph, then the descendants of what is damaged."""
    import networkx

    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(register.asset_count))
    bonds = [(supplier, consumer, graph.add_edge(supplier, consumer), strength)
             for supplier, consumer, strength in bonds_of(register)]

    def cascade(damaged):
        active = graph.edge_subgraph([bond[:3] for bond in bonds if rng.random() < bond[3]])
        failed = set(damaged)
        for asset in damaged:
            if asset in active:
                failed |= networkx.descendants(active, asset)
        return len(failed)

    return cascade


def igraph_create(register, rng):
    """W1: a new graph of the active dependencies in each scenario, and what the damaged reach."""
    import igraph

    bonds = bonds_of(register)

    def cascade(damaged):
        edges = [bond[:2] for bond in bonds if rng.random() < bond[2]]
        edges += [(register.asset_count, asset) for asset in damaged]
        graph = igraph.Graph(n=register.asset_count + 1, edges=edges, directed=True)
        return len(graph.subcomponent(register.asset_count, mode="out")) - 1

    return cascade


def igraph_of(register):
    import igraph

    edges, strengths = [], []
    for index, (_, _, suppliers, own) in enumerate(register.groups):
        edges += [(supplier, register.asset_count + index) for supplier in suppliers]
        strengths += own
    count = register.asset_count + len(register.groups)
    return igraph.Graph(n=count, edges=edges, directed=True), strengths


def igraph_successors(register, _):
    graph, _ = igraph_of(register)
    slack = [len(suppliers) - need for _, need, suppliers, _ in register.groups]

    def cascade(damaged):
        failed, lost, queue = set(damaged), {}, deque(damaged)
        while queue:
            for name in graph.successors(queue.popleft()):
                group = name - register.asset_count
                lost[group] = lost.get(group, 0) + 1
                consumer = register.groups[group][0]
                if lost[group] > slack[group] and consumer not in failed:
                    failed.add(consumer)
                    queue.append(consumer)
        return len(failed)

    return cascade


def igraph_lists(register, rng):
    """Its incidence list taken out once (get_inclist runs in C), then the worklist on lists."""
    graph, strengths = igraph_of(register)
    targets = [edge[1] - register.asset_count for edge in graph.get_edgelist()]
    feeds = [[(targets[edge], strengths[edge]) for edge in edges] for edges in graph.get_inclist(mode="out")]
    return worklist(register, feeds, rng)


def scipy_batch(register, rng):
    """Many scenarios as columns of a matrix: multiply by the members of the groups until nothing changes."""
    import numpy
    import scipy.sparse

    batch = 64
    groups = len(register.groups)
    rows = [index for index, group in enumerate(register.groups) for _ in group[2]]
    columns = [supplier for group in register.groups for supplier in group[2]]
    members = scipy.sparse.csr_matrix((numpy.ones(len(rows), numpy.int8), (rows, columns)),
                                      (groups, register.asset_count))
    consumers = scipy.sparse.csr_matrix(
        (numpy.ones(groups, numpy.int8), ([group[0] for group in register.groups], range(groups))),
        (register.asset_count, groups))
    slack = numpy.array([len(suppliers) - need for _, need, suppliers, _ in register.groups], numpy.int8)[:, None]
    damage_p = numpy.array(register.damage_p)[:, None]
    dice = numpy.random.default_rng(rng.randrange(2**32))

    def cascade(damaged):
        down = dice.random((register.asset_count, batch)) < damage_p
        if len(damaged) == 1:  # W4: 64 sources that follow one another
            down[:] = False
            last = min(damaged[0] + batch, register.asset_count)
            down[range(damaged[0], last), range(last - damaged[0])] = True
        while True:
            lost = (members @ down.astype(numpy.int8)) > slack
            more = down | ((consumers @ lost.astype(numpy.int8)) > 0)
            if (more == down).all():
                counts = [int(count) for count in down.sum(axis=0)]
                return counts[:last - damaged[0]] if len(damaged) == 1 else counts
            down = more

    return cascade


K_OF_N = (("NetworkX, successors", networkx_successors), ("NetworkX, best: lists", networkx_lists),
          ("igraph in Python, successors", igraph_successors), ("igraph in Python, best: lists", igraph_lists),
          ("SciPy, sparse matrix times 64 scenarios", scipy_batch))
FORMS = {
    "W1": (("NetworkX, subgraph and descendants", networkx_descendants), ("NetworkX, best: lists", networkx_lists),
           ("igraph in Python, create and component", igraph_create),
           ("igraph in Python, best: lists", igraph_lists)),
    "W2": K_OF_N,
    "W4": K_OF_N,
}

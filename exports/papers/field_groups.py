"""Fields that several kinds share: people, judgment, case, application; all sample data is invented.

Belongs here: groups with one meaning wherever they are used.
Does not belong here: fields of one kind only (`form_fields`, `office_fields`).
"""

from exports.papers.field_types import day, money, number, rows, text

REQUESTER = (
    text(
        "requester_name",
        ("Họ và tên người làm đơn", "Name of the person who asks"),
        "Nguyễn Thị Hồng Nhung",
        True,
    ),
    day("requester_birth_on", ("Ngày sinh", "Date of birth"), "1984-05-12"),
    text(
        "requester_identity_number",
        ("Số định danh cá nhân, mã số tổ chức", "Personal or body number"),
        "087184000999",
    ),
    text(
        "requester_address",
        ("Địa chỉ", "Address"),
        "Số 12, đường Lê Lợi, phường Mỹ Thọ, tỉnh Đồng Tháp",
        True,
    ),
    text("requester_phone", ("Số điện thoại", "Telephone"), "0900 000 123"),
    text("requester_email", ("Thư điện tử", "E-mail"), "hongnhung@example.vn"),
    text("representative_name", ("Người đại diện theo pháp luật, ủy quyền", "Representative"), None),
    text("representative_authority", ("Căn cứ đại diện", "Ground of representation"), None),
)

JUDGMENT = (
    text("judgment_number", ("Số bản án, quyết định", "Number of the judgment"), "45/2025/DS-ST", True),
    day("judgment_on", ("Ngày bản án, quyết định", "Date of the judgment"), "2025-11-18", True),
    text("court_name", ("Tòa án, cơ quan ra bản án", "Court"), "Tòa án nhân dân khu vực 2 – Đồng Tháp", True),
)

CASE = (
    text(
        "decision_number",
        ("Số quyết định thi hành án", "Number of the enforcement decision"),
        "128/QĐ-THADS",
        True,
    ),
    day(
        "decision_on", ("Ngày quyết định thi hành án", "Date of the enforcement decision"), "2026-07-14", True
    ),
)

# Number and date may be missing: the person who asks does not always know them.
CASE_IF_KNOWN = (
    text(
        "decision_number", ("Số quyết định thi hành án", "Number of the enforcement decision"), "128/QĐ-THADS"
    ),
    day("decision_on", ("Ngày quyết định thi hành án", "Date of the enforcement decision"), "2026-07-14"),
)

PERSON_COLUMNS = (
    text("name", ("Họ và tên, tên tổ chức", "Name"), "Công ty TNHH Minh Phát", True),
    day("birth_on", ("Ngày sinh", "Date of birth"), None),
    text(
        "identity_number",
        ("Số định danh cá nhân, mã số doanh nghiệp", "Personal or business number"),
        "1400000017",
    ),
    text("address", ("Địa chỉ", "Address"), "Khóm 3, phường Cao Lãnh, tỉnh Đồng Tháp", True),
)

CREDITORS = rows(
    "creditors",
    ("Người được thi hành án", "Creditors"),
    PERSON_COLUMNS,
    (("Nguyễn Thị Hồng Nhung", None, "087184000999", "Số 12, đường Lê Lợi, phường Mỹ Thọ, tỉnh Đồng Tháp"),),
)
DEBTORS = rows(
    "debtors",
    ("Người phải thi hành án", "Debtors"),
    PERSON_COLUMNS,
    (
        ("Trần Văn Quý", None, "087078000321", "Ấp Tân Phú, xã Tân Nhuận Đông, tỉnh Đồng Tháp"),
        (
            "Công ty TNHH Một thành viên Thương mại Minh Phát",
            None,
            "1400000017",
            "Khóm 3, phường Cao Lãnh, tỉnh Đồng Tháp",
        ),
    ),
)

CREDITOR = (
    text("creditor_name", ("Tên người được thi hành án", "Name of the creditor"), "Nguyễn Thị Hồng Nhung"),
    text(
        "creditor_address",
        ("Địa chỉ người được thi hành án", "Address of the creditor"),
        "Số 12, đường Lê Lợi, phường Mỹ Thọ, tỉnh Đồng Tháp",
    ),
)
DEBTOR = (
    text("debtor_name", ("Tên người phải thi hành án", "Name of the debtor"), "Trần Văn Quý", True),
    text(
        "debtor_address",
        ("Địa chỉ người phải thi hành án", "Address of the debtor"),
        "Ấp Tân Phú, xã Tân Nhuận Đông, tỉnh Đồng Tháp",
        True,
    ),
)

OBLIGATIONS = rows(
    "obligations",
    ("Các khoản phải thi hành", "Obligations"),
    (
        text(
            "description",
            ("Nội dung nghĩa vụ", "Content of the obligation"),
            "Trả tiền gốc theo hợp đồng vay",
            True,
        ),
        money("amount", ("Số tiền", "Amount"), 250_000_000),
    ),
    (
        ("Trả cho bà Nguyễn Thị Hồng Nhung tiền nợ gốc theo hợp đồng vay tài sản", 250_000_000),
        ("Trả tiền lãi chậm thi hành án theo quy định của Bộ luật Dân sự cho đến khi thi hành xong", None),
        ("Nộp án phí dân sự sơ thẩm", 12_500_000),
    ),
)
TOTAL = money("total_amount", ("Tổng số tiền", "Total amount"), 262_500_000)

ATTACHMENTS = rows(
    "attachments",
    ("Tài liệu kèm theo", "Papers attached"),
    (text("name", ("Tên tài liệu", "Name of the paper"), "Bản án số 45/2025/DS-ST", True),),
    (("Bản án số 45/2025/DS-ST ngày 18/11/2025 (bản chính)",), ("Bản sao căn cước",)),
)

APPLICATION = (
    text("applicant_name", ("Tên người nộp hồ sơ", "Name of the applicant"), "Nguyễn Thị Hồng Nhung", True),
    text(
        "applicant_address",
        ("Địa chỉ người nộp hồ sơ", "Address of the applicant"),
        "Số 12, đường Lê Lợi, phường Mỹ Thọ, tỉnh Đồng Tháp",
    ),
    text("procedure_name", ("Tên thủ tục", "Name of the procedure"), "Yêu cầu thi hành án dân sự", True),
    text("registration_code", ("Mã số hồ sơ", "Code of the dossier"), "DT-2026-000123"),
    day("received_on", ("Ngày nhận hồ sơ", "Date of receipt"), "2026-07-06", True),
)

APPOINTMENT = (
    day("appointment_on", ("Ngày hẹn", "Date of the appointment"), "2026-07-10", True),
    text("appointment_time", ("Giờ hẹn", "Time of the appointment"), "08 giờ 30 phút"),
    text(
        "appointment_place",
        ("Địa điểm", "Place"),
        "Bộ phận một cửa, số 1 đường Nguyễn Huệ, phường Cao Lãnh, tỉnh Đồng Tháp",
    ),
)

OFFICE_CONTACT = (
    text("contact_name", ("Công chức hướng dẫn", "Official to ask"), "Lê Minh Tâm"),
    text("contact_phone", ("Điện thoại liên hệ", "Telephone to ask"), "0277 3850 000"),
)

MISSING_ITEMS = rows(
    "missing_items",
    ("Nội dung cần bổ sung, hoàn thiện", "What is to be added or mended"),
    (
        text("item", ("Giấy tờ, nội dung", "Paper or content"), "Bản án có ghi “để thi hành”", True),
        text("reason", ("Lý do", "Reason"), "Chưa có trong hồ sơ"),
    ),
    (
        (
            "Bản án, quyết định của Tòa án có ghi “Được đưa ra thi hành”",
            "Hồ sơ chỉ có bản sao không chứng thực",
        ),
        ("Địa chỉ hiện nay của người phải thi hành án", None),
    ),
)

RECEIVED_ITEMS = rows(
    "received_items",
    ("Thành phần hồ sơ đã nhận", "Papers received"),
    (
        text("name", ("Tên giấy tờ", "Name of the paper"), "Đơn yêu cầu thi hành án", True),
        number("originals", ("Số bản chính", "Originals"), 1),
        number("copies", ("Số bản sao", "Copies"), 0),
    ),
    (
        ("Đơn yêu cầu thi hành án", 1, 0),
        ("Bản án số 45/2025/DS-ST ngày 18/11/2025", 1, 0),
        ("Bản sao căn cước", 0, 1),
    ),
)
